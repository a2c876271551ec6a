using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StripePassKitActors.Ingress.Publishing;
using StripePassKitActors.Ingress.Telemetry;
using StripePassKitActors.Ingress.Webhooks;

namespace StripePassKitActors.Ingress.PassKit;

/// <summary>Takes PassKit's webhooks: whatever arrives is a hint which member to look at, and is believed in nothing else.</summary>
internal sealed partial class PassKitWebhook(
    IOptions<PassKitWebhookOptions> options, PassKitSignature signature, IEventPublisher publisher, IngressMetrics metrics, TimeProvider time, ILogger<PassKitWebhook> logger)
{
    /// <summary>What the address is without its token, and the source of the CloudEvents.</summary>
    public const string Path = "/webhooks/passkit";

    /// <summary>Largest body that is read, in bytes.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(5);

    /// <summary>The answer to one request; see the routes of this app for its statuses.</summary>
    public async Task<IResult> ReceiveAsync(string token, HttpRequest request)
    {
        if (!IsRight(token)) return Results.NotFound();

        var (outcome, answer) = await TakeAsync(request);
        metrics.PassKitAnswered(outcome);
        return answer;
    }

    // Hashed first, so that the time of the comparison tells nothing of the token, its length included.
    private bool IsRight(string token) => options.Value.WebhookToken is { Length: > 0 } expected
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    private async Task<(WebhookOutcome Outcome, IResult Answer)> TakeAsync(HttpRequest request)
    {
        var (body, refusal) = await WebhookBody.ReadAsync(request, MaxBodyBytes);
        if (refusal is { } refused) return refused;

        if (!signature.IsRight(body, request.Headers))
        {
            LogBadSignature(logger);
            return (WebhookOutcome.BadSignature, Results.Problem("No header holds a signature that PassKit:SigningSecret makes.", statusCode: StatusCodes.Status401Unauthorized));
        }

        // An error would only have it sent again, or the sink suspended.
        if (PassKitHint.Read(body) is not { } hint)
        {
            LogNoHint(logger, body.Length);
            return (WebhookOutcome.Unknown, Results.Ok());
        }

        return await PublishAsync(OutgoingEvent.Hint(hint, body), hint, request.HttpContext.Response);
    }

    private async Task<(WebhookOutcome Outcome, IResult Answer)> PublishAsync(OutgoingEvent message, PassKitHint hint, HttpResponse response)
    {
        // Not the request's token: a caller who hangs up must not stop half-way what the broker may already have.
        using var patience = new CancellationTokenSource(BrokerPatience, time);
        try
        {
            await publisher.PublishAsync(message, patience.Token);
        }
        catch (Exception failed) // whatever it was, the broker may not have the hint
        {
            LogBrokerUnavailable(logger, failed, hint.MemberId);
            response.Headers.RetryAfter = "10";
            return (WebhookOutcome.BrokerUnavailable, Results.Problem(
                "The broker did not take the event; send it again.", statusCode: StatusCodes.Status503ServiceUnavailable));
        }

        LogPublished(logger, hint.Event, hint.MemberId);
        return (WebhookOutcome.Published, Results.Ok());
    }

    [LoggerMessage(1201, LogLevel.Information, "Published PassKit's {Event} of member {MemberId}.")]
    private static partial void LogPublished(ILogger logger, string? @event, string? memberId);

    [LoggerMessage(1202, LogLevel.Warning, "Refused a webhook with PassKit's token: no header holds a right signature.")]
    private static partial void LogBadSignature(ILogger logger);

    [LoggerMessage(1203, LogLevel.Information, "Let a webhook of PassKit go, of {Length} bytes, that names no member.")]
    private static partial void LogNoHint(ILogger logger, int length);

    [LoggerMessage(1204, LogLevel.Error, "The broker did not take PassKit's event of member {MemberId}.")]
    private static partial void LogBrokerUnavailable(ILogger logger, Exception exception, string? memberId);
}
