using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Stripe;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// Single calls, by Stripe.net, and what their answers mean. They are raw ones: our own readers take any API version, a value that
/// Stripe.net cannot parse must not keep a pass waiting for ever (ADR 2), and an object that nobody needs is not built.
/// </summary>
internal sealed partial class StripeCalls(StripeClient client, IOptions<StripeOptions> options, StripeFaultLog faults)
{
    /// <summary>The longest page that Stripe gives.</summary>
    public const string WholePage = "100";

    private const int AtATime = 4;

    private readonly RawRequestOptions asWho = new() { StripeAccount = string.IsNullOrEmpty(options.Value.Account) ? null : options.Value.Account };

    /// <summary>
    /// Whether Stripe could know it: its own ids, and what merchants chose for products, plans and old customers. An empty one would read a
    /// list in the place of an object, another might change the path.
    /// </summary>
    public static bool IsId(string? id) => id is not null && Id().IsMatch(id);

    /// <summary>One object; null: Stripe knows none.</summary>
    public async Task<StripeObject?> GetAsync(string kind, string resource, string? id, string[] expand, CancellationToken budget)
    {
        if (!IsId(id)) return null;
        return await SendAsync($"/v1/{resource}/{Uri.EscapeDataString(id!)}", expand.Select(path => ("expand[]", path)), kind, budget);
    }

    /// <summary>One page of a list; null: what it should be a list of is not there.</summary>
    public Task<StripeObject?> PageAsync(string resource, IEnumerable<(string Name, string Value)> query, CancellationToken budget) =>
        SendAsync($"/v1/{resource}", query, "list", budget);

    /// <summary>All of a list; each object with the moment of its page.</summary>
    public async Task<IReadOnlyList<StripeObject>> AllAsync(string resource, IEnumerable<(string Name, string Value)> query, CancellationToken budget)
    {
        List<StripeObject> all = [];
        (string, string)[] first = [.. query, ("limit", WholePage)];
        (string, string)[] next = first;
        while (await PageAsync(resource, next, budget) is { } page)
        {
            all.AddRange(Objects(page));
            if (After(page) is not { } last) break;
            next = [.. first, ("starting_after", last)];
        }

        return all;
    }

    /// <summary>The objects of a page.</summary>
    public static IEnumerable<StripeObject> Objects(StripeObject page) =>
        page.Json.Part("data")!.Value.EnumerateArray().Select(row => new StripeObject(row.Text("object")!, row, page.At));

    /// <summary>Where the next page begins; null: there is none.</summary>
    public static string? After(StripeObject page) => page.Json.Flag("has_more") ? Objects(page).LastOrDefault()?.Id : null;

    /// <summary>The same for each, a few at a time and in order. The first failure is the failure of all.</summary>
    public static async Task<IReadOnlyList<T>> EachAsync<TFrom, T>(IReadOnlyList<TFrom> from, Func<TFrom, Task<T>> read)
    {
        var results = new T[from.Count];
        await Parallel.ForAsync(0, from.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, _) => results[number] = await read(from[number]));
        return results;
    }

    private async Task<StripeObject?> SendAsync(string path, IEnumerable<(string Name, string Value)> query, string kind, CancellationToken budget)
    {
        var pathAndQuery = QueryHelpers.AddQueryString(path, query.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)));
        try
        {
            return Answer(await client.RawRequestAsync(HttpMethod.Get, pathAndQuery, null, asWho, budget), kind);
        }
        catch (StripeException known) when (known is StripeUnavailableException or StripeRefusedException)
        {
            throw Told(known);
        }
        catch (StripeException failure)
        {
            if (failure.StripeError?.Code == "resource_missing") return null;
            throw Told(Meaning(failure, StripeRateCap.Endpoint(path)));
        }
        catch (BrokenCircuitException open)
        {
            throw Told(new StripeUnavailableException("it is left alone for a while, after many calls without an answer", open.RetryAfter, open));
        }
        catch (HttpRequestException broken)
        {
            throw Told(new StripeUnavailableException($"no connection ({broken.HttpRequestError})", inner: broken));
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or NullReferenceException)
        {
            // So Stripe.net takes a failure whose body is JSON and not Stripe's: a proxy's, say.
            throw Told(new StripeUnavailableException("a failure that is not told as Stripe tells one"));
        }
        catch (OperationCanceledException late)
        {
            throw Told(new StripeUnavailableException("no answer within a turn's time", inner: late));
        }
    }

    private static StripeObject Answer(StripeResponse response, string kind)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(response.Content);
        }
        catch (JsonException garbage)
        {
            throw new StripeUnavailableException("an answer that is no JSON", inner: garbage);
        }

        if (json.Text("object") != kind || !(kind == "list" ? json.Part("data") is { ValueKind: JsonValueKind.Array } rows && rows.EnumerateArray().All(IsObject) : IsObject(json)))
            throw new StripeUnavailableException($"an answer that is no {kind}");
        return new StripeObject(kind, json, response.Date ?? throw new StripeUnavailableException("an answer without a Date"));
    }

    private static bool IsObject(JsonElement json) => json.Text("object") is not null && IsId(json.Text("id"));

    // Never with Stripe's sentence or body, nor as the cause: they may quote the key, or a person.
    /// <summary>What a failure of Stripe means, in words that may be shown.</summary>
    public static StripeException Meaning(StripeException failure, string endpoint)
    {
        var status = (int)failure.HttpStatusCode;
        if (status is 409 or 429 or >= 500) return new StripeUnavailableException($"status {status}", RetryAfter(failure));
        var said = failure.StripeError is { } error ? Code().Match(error.Code ?? error.Type ?? "").Value : "";
        var permission = Permission().Match(failure.StripeError?.Message ?? "");
        return new StripeRefusedException(
            $"{endpoint} answers {status}{(said.Length > 0 ? $", {said}" : "")}{(permission.Success ? $"; it asks for the permission {permission.Value}" : "")}",
            status,
            permission.Success ? permission.Value : null);
    }

    private static TimeSpan? RetryAfter(StripeException failure) => failure.StripeResponse?.Headers is { RetryAfter: { } asked } headers
        ? asked.Delta ?? (asked.Date - headers.Date)
        : null;

    private StripeException Told(StripeException fault)
    {
        if (fault is StripeRefusedException refused) faults.Tell(refused);
        if (fault is StripeUnavailableException unavailable) faults.Tell(unavailable);
        return fault;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.:@+ -]{0,254}\z")]
    private static partial Regex Id();

    [GeneratedRegex("^[a-z_]{1,80}$")]
    private static partial Regex Code();

    // So Stripe names what a restricted key lacks.
    [GeneratedRegex("rak_[a-z_]{1,60}")]
    private static partial Regex Permission();
}
