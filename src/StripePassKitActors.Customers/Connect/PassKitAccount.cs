using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Connect;

/// <summary>
/// What is set up in PassKit, as raw as PassKit tells it: whoever asks here wants to know what is wrong, so that nothing is tried twice
/// but a token which another clock refused.
/// </summary>
internal sealed class PassKitAccount(IPassKitTransport transport, PassKitCredentials credentials, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan HalfASecond = TimeSpan.FromSeconds(0.5);

    /// <summary>Asks once, and once more by PassKit's own clock if it refused ours.</summary>
    public async Task<PassKitAnswer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var signedWith = credentials.Skew;
        var answer = await OnceAsync(method, path, body, credentials.Authorization(signedWith), cancellationToken);
        return answer is { Status: HttpStatusCode.Unauthorized, Date: { } theirs } && credentials.CorrectClock(theirs, signedWith)
            ? await OnceAsync(method, path, body, credentials.Authorization(credentials.Skew), cancellationToken)
            : answer;
    }

    /// <summary>Asks with another Authorization header.</summary>
    public Task<PassKitAnswer> AskAsAsync(string authorization, string path, CancellationToken cancellationToken) =>
        OnceAsync(HttpMethod.Get, path, null, authorization, cancellationToken);

    /// <summary>What a stream of lines holds, one <c>result</c> a line.</summary>
    public static IReadOnlyList<JsonObject> Results(PassKitAnswer answer) =>
        [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => Parse(line)?["result"]).OfType<JsonObject>()];

    private async Task<PassKitAnswer> OnceAsync(HttpMethod method, string path, JsonNode? body, string authorization, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var asked = time.GetUtcNow();
            var response = await transport.SendAsync(method, path, body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body), authorization, either.Token);

            // A Date is cut to seconds, and was written somewhere between the question and its answer.
            var middle = asked + ((time.GetUtcNow() - asked) / 2);
            return new PassKitAnswer(response.Status, Encoding.UTF8.GetString(response.Body.Span), response.Date, response.Date + HalfASecond - middle);
        }
        catch (HttpRequestException broken)
        {
            return new PassKitAnswer(null, $"no connection ({broken.HttpRequestError})", null, null);
        }
        catch (Exception lost) when (lost is IOException || (lost is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new PassKitAnswer(null, "no answer in time", null, null);
        }
    }

    internal static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What PassKit said.</summary>
/// <param name="Status">Its status; null: it said nothing.</param>
/// <param name="Text">Its body; or why there is none.</param>
/// <param name="Date">Its clock, to the second.</param>
/// <param name="Ahead">How far that clock is ahead of ours.</param>
internal sealed record PassKitAnswer(HttpStatusCode? Status, string Text, DateTimeOffset? Date, TimeSpan? Ahead)
{
    private const int LongestQuote = 160;

    /// <summary>Whether it did as it was asked.</summary>
    public bool Succeeded => (int?)Status is >= 200 and < 300;

    /// <summary>Its body as an object; null: it is none, a proxy's page for example.</summary>
    public JsonObject? Json => PassKitAccount.Parse(Text);

    /// <summary>Status and reason, for people.</summary>
    public string Told => Status is null ? Text : $"{(int)Status}{(Reason is { Length: > 0 } reason ? $" ({(reason.Length > LongestQuote ? reason[..LongestQuote] + Hidden : reason)})" : "")}";

    private const string Hidden = "…";

    private string? Reason => Json is not { } json ? null : json["error"] switch
    {
        JsonValue text => $"{text}",
        JsonObject within => $"{within["message"]}",
        _ => json["message"] is JsonValue message ? $"{message}" : null,
    };
}
