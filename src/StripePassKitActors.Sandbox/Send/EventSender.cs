using System.Net.Mime;
using System.Text;
using Stripe;

namespace StripePassKitActors.Sandbox.Send;

/// <summary>Signs events as Stripe does and posts them.</summary>
internal sealed class EventSender(HttpClient http, Uri to, string secret, TimeProvider time)
{
    private const string UserAgent = "Stripe/1.0 (+https://stripe.com/docs/webhooks)";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file as the event that it holds or announces.</summary>
    /// <exception cref="UnsendableException">The message says why it cannot be sent.</exception>
    public static async Task<OutgoingEvent> ReadAsync(FileInfo file, string? type, DateTimeOffset? created, CancellationToken cancellationToken)
    {
        try
        {
            var text = Strict.GetString(await System.IO.File.ReadAllBytesAsync(file.FullName, cancellationToken));
            return OutgoingEvent.From(text.TrimStart('\uFEFF'), type, created);
        }
        catch (DecoderFallbackException binary)
        {
            throw new UnsendableException("It is not text in UTF-8.", binary);
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UnsendableException("There is no such file.", unreadable);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UnsendableException($"It cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Posts one event and returns the HTTP status of the answer.</summary>
    /// <exception cref="UnsendableException">Nobody answered.</exception>
    public async Task<int> PostAsync(OutgoingEvent outgoing, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, to)
        {
            Content = new StringContent(outgoing.Json, Strict, MediaTypeNames.Application.Json),
        };
        var signature = EventUtility.GenerateSignatureHeader(outgoing.Json, secret, time.GetUtcNow().ToUnixTimeSeconds());
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException unreachable)
        {
            throw new UnsendableException($"{to} cannot be reached: {unreachable.Message}", unreachable);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnsendableException($"{to} did not answer in time.", late);
        }
    }
}
