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

    private readonly string? account = string.IsNullOrEmpty(options.Value.Account) ? null : options.Value.Account;

    /// <summary>
    /// Whether Stripe could know it: its own ids, and what merchants chose for products, plans and old customers. An empty one would read a
    /// list in the place of an object, another might change the path.
    /// </summary>
    public static bool IsId(string? id) => id is not null && Id().IsMatch(id);

    /// <summary>One object; null: Stripe knows none.</summary>
    public async Task<StripeObject?> GetAsync(string kind, string resource, string? id, string[] expand, CancellationToken budget)
    {
        if (!IsId(id)) return null;
        return await GetAsync($"/v1/{resource}/{Uri.EscapeDataString(id!)}", expand.Select(path => ("expand[]", path)), kind, budget);
    }

    /// <summary>One page of a list; null: what it should be a list of is not there.</summary>
    public Task<StripeObject?> PageAsync(string resource, IEnumerable<(string Name, string Value)> query, CancellationToken budget) =>
        GetAsync($"/v1/{resource}", query, "list", budget);

    /// <summary>Changes fields of one object, which it answers; null: Stripe knows none.</summary>
    /// <param name="kind">What Stripe calls its <c>object</c>.</param>
    /// <param name="resource">Where it is kept.</param>
    /// <param name="id">Its id.</param>
    /// <param name="fields">By the names that Stripe's forms have; an empty value clears one.</param>
    /// <param name="idempotencyKey">Of this call alone.</param>
    /// <param name="budget">The turn's.</param>
    public async Task<StripeObject?> PostAsync(
        string kind, string resource, string id, IEnumerable<(string Name, string Value)> fields, string idempotencyKey, CancellationToken budget)
    {
        if (!IsId(id)) return null;
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await SendAsync(
            HttpMethod.Post,
            $"/v1/{resource}/{Uri.EscapeDataString(id)}",
            await form.ReadAsStringAsync(CancellationToken.None),
            new RawRequestOptions { StripeAccount = account, IdempotencyKey = idempotencyKey },
            kind,
            budget);
    }

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

    private Task<StripeObject?> GetAsync(string path, IEnumerable<(string Name, string Value)> query, string kind, CancellationToken budget) => SendAsync(
        HttpMethod.Get,
        QueryHelpers.AddQueryString(path, query.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))),
        null,
        new RawRequestOptions { StripeAccount = account },
        kind,
        budget);

    private async Task<StripeObject?> SendAsync(HttpMethod method, string path, string? form, RawRequestOptions asWho, string kind, CancellationToken budget)
    {
        try
        {
            return Answer(await client.RawRequestAsync(method, path, form, asWho, budget), kind);
        }
        catch (StripeException known) when (known is StripeUnavailableException or StripeRefusedException)
        {
            throw Told(method, known);
        }
        catch (StripeException failure)
        {
            if (failure.StripeError?.Code == "resource_missing") return null;
            throw Told(method, Meaning(failure, StripeRateCap.Endpoint(path.Split('?')[0])));
        }
        catch (BrokenCircuitException open)
        {
            throw Told(method, new StripeUnavailableException("it is left alone for a while, after many calls without an answer", open.RetryAfter, open));
        }
        catch (HttpRequestException broken)
        {
            throw Told(method, new StripeUnavailableException($"no connection ({broken.HttpRequestError})", inner: broken));
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or NullReferenceException)
        {
            // So Stripe.net takes a failure whose body is JSON and not Stripe's: a proxy's, say.
            throw Told(method, new StripeUnavailableException("a failure that is not told as Stripe tells one"));
        }
        catch (OperationCanceledException late)
        {
            throw Told(method, new StripeUnavailableException("no answer within a turn's time", inner: late));
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

        // As after a restored backup, which counts attempts from where it was made: the next one has a key of its own.
        if (failure.StripeError?.Type == "idempotency_error") return new StripeUnavailableException("another call had its idempotency key");
        var said = failure.StripeError is { } error ? Code().Match(error.Code ?? error.Type ?? "").Value : "";
        var permission = Permission().Match(failure.StripeError?.Message ?? "");
        return new StripeRefusedException(
            $"{endpoint} answers {status}{(said.Length > 0 ? $", {said}" : "")}{(permission.Success ? $"; it asks for the permission {permission.Value}" : "")}",
            failure.HttpStatusCode,
            permission.Success ? permission.Value : null);
    }

    private static TimeSpan? RetryAfter(StripeException failure) => failure.StripeResponse?.Headers is { RetryAfter: { } asked } headers
        ? asked.Delta ?? (asked.Date - headers.Date)
        : null;

    private StripeException Told(HttpMethod method, StripeException fault)
    {
        var writes = method != HttpMethod.Get;
        if (fault is StripeRefusedException refused) faults.Tell(refused, writes);
        if (fault is StripeUnavailableException unavailable) faults.Tell(unavailable, writes);
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
