using System.Net.Mime;
using Dapr;
using Dapr.Client;
using Polly;
using Polly.CircuitBreaker;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Changes;

/// <summary>
/// Publishes to the topic <see cref="DaprResources.CustomerChanges"/>. A broker that does not answer costs a turn no more than a second, and after a few
/// of them no turn anything for a while.
/// </summary>
internal sealed class DaprChangePublisher(DaprClient dapr, PassLink link, TimeProvider time) : IChangePublisher
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null && !arguments.Context.CancellationToken.IsCancellationRequested),
            FailureRatio = 0.9,
            MinimumThroughput = 3,
            SamplingDuration = TimeSpan.FromSeconds(15),
            BreakDuration = TimeSpan.FromSeconds(10),
        })
        .Build();

    /// <inheritdoc />
    public async Task PublishAsync(string customerId, PassChange change, CancellationToken cancellationToken)
    {
        var message = ChangeMessage.Of(customerId, change, link.Of);
        try
        {
            await pipeline.ExecuteAsync(
                async token =>
                {
                    using var limit = new CancellationTokenSource(Patience, time);
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
                    await dapr.PublishByteEventAsync(DaprResources.PubSub, DaprResources.CustomerChanges, message.ToJson(), MediaTypeNames.Application.Json, message.Attributes(), either.Token);
                },
                cancellationToken);
        }
        catch (Exception failure) when (failure is DaprException or HttpRequestException or OperationCanceledException or BrokenCircuitException)
        {
            throw new ChangeNotPublishedException("The broker did not take a change.", failure);
        }
    }
}
