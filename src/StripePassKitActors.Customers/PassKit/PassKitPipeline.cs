using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// How calls to PassKit are tried: twice more for what passes by itself, within the turn's budget; after several transient failures the
/// whole process leaves PassKit alone for a while, so that an outage never fills the broker's slots.
/// </summary>
internal sealed class PassKitPipeline
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline pipeline;

    public PassKitPipeline(TimeProvider time, Random random)
    {
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<PassKitException>(failure => failure.Fault == PassKitFault.Transient && !(failure.RetryAfter > LongestWait)),
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(250), // PassKit's own advice for 503
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = random.NextDouble,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as PassKitException)?.RetryAfter),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                // A budget that runs out is a call that was not answered.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is OperationCanceledException or PassKitException { Fault: PassKitFault.Transient }),
                FailureRatio = 0.9,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(15),
                BreakDuration = TimeSpan.FromSeconds(10),
            })
            .Build();
    }

    public ValueTask<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(call, cancellationToken);
}
