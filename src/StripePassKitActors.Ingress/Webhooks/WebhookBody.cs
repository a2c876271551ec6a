using System.Buffers;
using StripePassKitActors.Ingress.Telemetry;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>The body of a webhook, read up to a limit.</summary>
internal static class WebhookBody
{
    /// <summary>All of it; or how the request is refused.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The largest body that is taken, in bytes.</param>
    public static async Task<(byte[] Body, (WebhookOutcome Outcome, IResult Answer)? Refusal)> ReadAsync(HttpRequest request, int most)
    {
        try
        {
            // One more byte than is allowed tells enough; the server drops the rest.
            var read = await request.BodyReader.ReadAtLeastAsync(most + 1, request.HttpContext.RequestAborted);
            var body = read.Buffer.ToArray();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            return body.Length > most ? TooLarge() : (body, null);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode is StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (Exception cutOff) when (cutOff is OperationCanceledException or IOException && request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return ([], (WebhookOutcome.Unreadable, Results.Empty)); // nobody listens any more
        }
        catch (BadHttpRequestException bad)
        {
            return ([], (WebhookOutcome.Unreadable, Results.Problem("The body could not be read.", statusCode: bad.StatusCode)));
        }

        (byte[], (WebhookOutcome, IResult)?) TooLarge() =>
            ([], (WebhookOutcome.TooLarge, Results.Problem($"The body is larger than {most} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge)));
    }
}
