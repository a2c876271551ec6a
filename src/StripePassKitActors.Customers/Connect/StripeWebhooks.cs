using System.Text.Json;
using Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Connect;

/// <summary>
/// The webhook endpoints of the key's own account. Those of a connected account are its platform's too: they are made there, once, and
/// marked to hear of connected accounts.
/// </summary>
/// <remarks>Every method throws <see cref="StripeUnavailableException"/> or <see cref="StripeRefusedException"/>, and nothing else, when it has no answer.</remarks>
internal sealed class StripeWebhooks(StripeClient client)
{
    private const string Resource = "webhook_endpoints";

    private readonly WebhookEndpointService endpoints = new(client);

    /// <summary>All there are; Stripe allows sixteen.</summary>
    public Task<IReadOnlyList<StripeEndpoint>> ListAsync(CancellationToken cancellationToken) => AskAsync<IReadOnlyList<StripeEndpoint>>(async () =>
        [.. (await endpoints.ListAsync(new WebhookEndpointListOptions { Limit = 100 }, null, cancellationToken)).Data.Select(Read)]);

    /// <summary>Makes one; the secret is told in this answer only.</summary>
    /// <param name="url">Where events go.</param>
    /// <param name="events">Which ones.</param>
    /// <param name="connected">Whether it hears of connected accounts instead of the key's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<(StripeEndpoint Endpoint, string? Secret)> CreateAsync(Uri url, IReadOnlyList<string> events, bool connected, CancellationToken cancellationToken) => AskAsync<(StripeEndpoint, string?)>(async () =>
    {
        // No version is asked for: any is read, and one that is fixed today would be an old one some day.
        var made = await endpoints.CreateAsync(
            new WebhookEndpointCreateOptions
            {
                Url = url.AbsoluteUri,
                EnabledEvents = [.. events],
                Connect = connected ? true : null,
                Description = "StripePassKitActors: passes follow these events",
            },
            null,
            cancellationToken);
        return (Read(made), made.Secret);
    });

    /// <summary>Lets one that is there send these events, and send at all.</summary>
    public Task<StripeEndpoint> CorrectAsync(string id, IReadOnlyList<string> events, CancellationToken cancellationToken) => AskAsync(async () =>
        Read(await endpoints.UpdateAsync(id, new WebhookEndpointUpdateOptions { EnabledEvents = [.. events], Disabled = false }, null, cancellationToken)));

    private static StripeEndpoint Read(WebhookEndpoint endpoint) =>
        new(endpoint.Id, endpoint.Url, endpoint.Status != "disabled", endpoint.EnabledEvents ?? [], endpoint.ApiVersion);

    private static async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StripeException failure) when (failure is not (StripeUnavailableException or StripeRefusedException))
        {
            throw StripeCalls.Meaning(failure, Resource);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new StripeUnavailableException(lost is HttpRequestException broken ? $"no connection ({broken.HttpRequestError})" : "no answer that can be read", inner: lost);
        }
    }
}

/// <summary>A webhook endpoint as Stripe shows it.</summary>
/// <param name="Id">Its id, <c>we_…</c>.</param>
/// <param name="Url">Where its events go.</param>
/// <param name="Enabled">Whether they do.</param>
/// <param name="Events">Which ones; <c>*</c>: almost all.</param>
/// <param name="ApiVersion">How they are written; null: as the account's default has it at the time.</param>
internal sealed record StripeEndpoint(string Id, string Url, bool Enabled, IReadOnlyList<string> Events, string? ApiVersion)
{
    /// <summary>What our own address ends in.</summary>
    public const string Path = "/webhooks/stripe";

    /// <summary>Whether it may be ours: by its path, or by the whole address if that is known.</summary>
    public bool LeadsTo(Uri? url) => Uri.TryCreate(Url, UriKind.Absolute, out var own)
        && (url is null ? own.AbsolutePath.TrimEnd('/').EndsWith(Path, StringComparison.Ordinal) : own == url);
}
