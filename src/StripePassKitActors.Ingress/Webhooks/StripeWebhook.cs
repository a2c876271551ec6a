using Microsoft.Extensions.Options;
using StripePassKitActors.Ingress.Publishing;
using StripePassKitActors.Ingress.Telemetry;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>Takes one webhook: verifies it, reads its envelope, gives it to the broker, and only then says so.</summary>
public sealed partial class StripeWebhook
{
    /// <summary>The route, and the source of the CloudEvents.</summary>
    public const string Path = "/webhooks/stripe";

    /// <summary>Largest body that is read, in bytes; Stripe's events stay far below.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    // Stripe gives up after some seconds that it does not publish, and counts the delivery as failed.
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(5);

    private readonly StripeSignature signature;
    private readonly IEventPublisher publisher;
    private readonly IngressMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<StripeWebhook> logger;
    private readonly bool livemode;
    private readonly string? account;

    /// <summary>Takes the settings as they are at start.</summary>
    public StripeWebhook(
        IOptions<StripeWebhookOptions> options,
        IEventPublisher publisher,
        IngressMetrics metrics,
        TimeProvider time,
        ILogger<StripeWebhook> logger)
    {
        signature = new StripeSignature(options, time);
        (this.publisher, this.metrics, this.time, this.logger) = (publisher, metrics, time, logger);
        livemode = options.Value.Livemode is true;
        account = options.Value.Account is { Length: > 0 } id ? id : null;
    }

    /// <summary>The answer to one request; see the routes of this app for its statuses.</summary>
    public async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        var started = time.GetTimestamp();
        var (outcome, answer) = await TakeAsync(request);
        metrics.Answered(outcome, time.GetElapsedTime(started));
        return answer;
    }

    private async Task<(WebhookOutcome Outcome, IResult Answer)> TakeAsync(HttpRequest request)
    {
        var (body, refusal) = await WebhookBody.ReadAsync(request, MaxBodyBytes);
        if (refusal is { } refused) return refused;

        if (signature.FindFault(body, request.Headers[StripeSignature.Header]) is { } fault)
        {
            LogBadSignature(logger, fault);
            return (WebhookOutcome.BadSignature, Results.Problem(fault, statusCode: StatusCodes.Status400BadRequest));
        }

        if (!StripeEnvelope.TryRead(body, out var envelope))
            return await PublishAsync(OutgoingEvent.Unknown(body), WebhookOutcome.Unknown, request.HttpContext.Response);

        using var scope = logger.BeginScope(new Dictionary<string, object?>
        {
            ["stripe.event.id"] = envelope.Id,
            ["stripe.customer.id"] = envelope.Customer,
        });

        // 4xx would only make Stripe send it again.
        if (envelope.Livemode != livemode)
        {
            LogDropped(logger, envelope.Id, envelope.Type, "its livemode is not the configured one");
            return (WebhookOutcome.RefusedLivemode, Results.Ok());
        }

        if (envelope.Account != account)
        {
            LogDropped(logger, envelope.Id, envelope.Type, "its account is not the configured one");
            return (WebhookOutcome.RefusedAccount, Results.Ok());
        }

        return await PublishAsync(OutgoingEvent.Understood(body, envelope), WebhookOutcome.Published, request.HttpContext.Response);
    }

    private async Task<(WebhookOutcome Outcome, IResult Answer)> PublishAsync(
        OutgoingEvent message, WebhookOutcome success, HttpResponse response)
    {
        var (id, type) = (message.Metadata["cloudevent.id"], message.Metadata["cloudevent.type"]["com.stripe.".Length..]);
        using var activity = IngressMetrics.Activities.StartActivity("publish stripe event", System.Diagnostics.ActivityKind.Producer);
        activity?.SetTag("stripe.event.id", id).SetTag("stripe.event.type", type);

        // Not the request's token: a caller who hangs up must not stop half-way what the broker may already have.
        using var patience = new CancellationTokenSource(BrokerPatience, time);
        try
        {
            await publisher.PublishAsync(message, patience.Token);
        }
        catch (Exception failed) // whatever it was, the broker may not have the event, and Stripe still does
        {
            LogBrokerUnavailable(logger, failed, id, type);
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            response.Headers.RetryAfter = "10";
            return (WebhookOutcome.BrokerUnavailable, Results.Problem(
                "The broker did not take the event; send it again.", statusCode: StatusCodes.Status503ServiceUnavailable));
        }

        LogPublished(logger, id, type);
        return (success, Results.Ok());
    }

    [LoggerMessage(1001, LogLevel.Information, "Published event {EventId} of type {EventType}.")]
    private static partial void LogPublished(ILogger logger, string eventId, string eventType);

    [LoggerMessage(1002, LogLevel.Warning, "Refused a webhook: {Fault}")]
    private static partial void LogBadSignature(ILogger logger, string fault);

    [LoggerMessage(1003, LogLevel.Warning, "Dropped event {EventId} of type {EventType}: {Reason}.")]
    private static partial void LogDropped(ILogger logger, string eventId, string eventType, string reason);

    [LoggerMessage(1004, LogLevel.Error, "The broker did not take event {EventId} of type {EventType}.")]
    private static partial void LogBrokerUnavailable(ILogger logger, Exception exception, string eventId, string eventType);
}
