using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// How calls to Stripe are tried: twice more for what passes by itself, within the turn's budget; when hardly any is answered, the whole
/// process leaves Stripe alone for a while, so that an outage never fills turns with waiting.
/// </summary>
internal sealed class StripePipeline
{
    /// <summary>The longest wait before a further try: a turn has a few seconds for everything.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public StripePipeline(TimeProvider time, Random random) => Policy = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = arguments => ValueTask.FromResult(PassesByItself(arguments.Outcome)),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random.NextDouble,
            DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            // A budget that runs out is a call that was not answered.
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is OperationCanceledException or HttpRequestException
                || arguments.Outcome.Result is { StatusCode: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError }),
            FailureRatio = 0.9,
            MinimumThroughput = 6,
            SamplingDuration = TimeSpan.FromSeconds(15),
            BreakDuration = TimeSpan.FromSeconds(10),
        })
        .Build()
        .AsAsyncPolicy();

    /// <summary>As <c>AddPolicyHandler</c> takes it. One for the process: what one turn learns of an outage all others are spared.</summary>
    public IAsyncPolicy<HttpResponseMessage> Policy { get; }

    /// <summary>How long Stripe asks to wait, by its own clock; null: it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response)
    {
        if (response?.Headers is not { RetryAfter: { } asked } headers || (asked.Delta ?? (asked.Date - headers.Date)) is not { } wait) return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static bool PassesByItself(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: { } exception } => exception is HttpRequestException,
        { Result: { IsSuccessStatusCode: false } response } when !(RetryAfter(response) > LongestWait) => Advice(response)
            ?? response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    // Stripe knows better than the status tells, and sometimes says so.
    private static bool? Advice(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Stripe-Should-Retry", out var said) && bool.TryParse(said.First(), out var advice) ? advice : null;
}
