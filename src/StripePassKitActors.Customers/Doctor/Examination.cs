using System.Runtime.CompilerServices;
using System.Text.Json;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Looks at everything that a set-up gets wrong, and changes nothing.</summary>
/// <param name="setUp">The settings, and who can be asked by them.</param>
/// <param name="url">Where this deployment takes Stripe's events; null: whatever ends in <see cref="StripeEndpoint.Path"/>.</param>
internal sealed class Examination(SetUp setUp, Uri? url)
{
    private static readonly TimeSpan SidecarsPatience = TimeSpan.FromSeconds(10);

    /// <summary>What was found, in the order in which it is best mended.</summary>
    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var finding in SettingsCheck.Judge(setUp.Failures, setUp.WebhookSecrets)) yield return finding;
        foreach (var finding in await PassKitAsync(cancellationToken)) yield return finding;
        foreach (var finding in await StripeAsync(cancellationToken)) yield return finding;
        foreach (var finding in await SidecarAsync(cancellationToken)) yield return finding;
    }

    private async Task<IEnumerable<Finding>> PassKitAsync(CancellationToken cancellationToken)
    {
        if (setUp.PassKit is not { } options) return [Finding.Skipped("PassKit", "its settings come first")];
        var reader = new PassKitReader(setUp.Get<PassKitAccount>(), setUp.Get<PassKitCredentials>(), options, setUp.Region);
        var read = await reader.ReadAsync(setUp.Membership?.Tiers.Select(tier => tier.Id) ?? [], cancellationToken);
        return
        [
            .. CredentialsCheck.Judge(read, options),
            .. ClockCheck.Judge(read, signs: string.IsNullOrWhiteSpace(options.Token)),
            .. TokenCheck.Judge(options.Token, setUp.Get<TimeProvider>().GetUtcNow()),
            .. ProgramCheck.Judge(read, setUp.Stripe?.Livemode == true, options.Email != PassKitOptions.EmailPolicy.None || setUp.Membership?.Guests == GuestPolicy.ByEmail),
            .. setUp.Membership is null ? [Finding.Skipped("tiers", "the settings of Membership come first")] : TierCheck.Judge(read),
            .. SinkCheck.Judge(read, options.WebhookToken),
        ];
    }

    private async Task<IEnumerable<Finding>> StripeAsync(CancellationToken cancellationToken)
    {
        if (setUp.Stripe is not { } options) return [Finding.Skipped("Stripe", "its settings come first")];
        if (!StripeOptions.Reads(setUp.Configuration))
            return [Finding.Skipped("Stripe", "there is no Stripe:ApiKey: passes follow the events alone, and the webhook and the plans cannot be looked at")];

        var tierKey = setUp.MembershipOptions?.MetadataKey ?? new MembershipOptions().MetadataKey;
        var reader = new StripeReader(setUp.Get<StripeCalls>(), setUp.Get<StripeWebhooks>(), tierKey, setUp.Get<TimeProvider>());
        var read = await reader.ReadAsync([.. setUp.Membership?.Plans.Keys ?? []], Written(options), cancellationToken);
        return
        [
            .. KeyCheck.Judge(read, options),
            .. EndpointCheck.Judge(read, url, options),
            .. setUp.Membership is { } membership ? PlanCheck.Judge(read, membership, tierKey) : [Finding.Skipped("plans", "the settings of Membership come first")],
        ];
    }

    // The link alone stands on subscriptions too.
    private static StripePermission[] Written(StripeOptions options) =>
        [.. StripePermissions.Write.Where(permission => permission.Resource == "customers" ? options.WriteBack.ToKeys().Names.Any() : options.WriteBack.ToKeys().Url is not null)];

    private async Task<IEnumerable<Finding>> SidecarAsync(CancellationToken cancellationToken)
    {
        SidecarEndpoints sidecar;
        try
        {
            sidecar = SidecarEndpoints.From(setUp.Configuration);
        }
        catch (StartUpException wrong)
        {
            return [new Finding(Level.Error, "sidecar", wrong.Message)];
        }

        using var patience = new CancellationTokenSource(SidecarsPatience, setUp.Get<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(sidecar.Http, "/v1.0/metadata"));
            if (sidecar.ApiToken is { } token) request.Headers.Add(SidecarEndpoints.ApiTokenHeader, token);
            using var response = await setUp.Get<HttpClient>().SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode) return SidecarCheck.Judge(sidecar.Http, null, $"it answers {(int)response.StatusCode}");
            return SidecarCheck.Judge(sidecar.Http, JsonElement.Parse(await response.Content.ReadAsStringAsync(either.Token)), null);
        }
        catch (JsonException)
        {
            return SidecarCheck.Judge(sidecar.Http, null, "it is no Dapr sidecar");
        }
        catch (HttpRequestException)
        {
            return SidecarCheck.Judge(sidecar.Http, null, null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return SidecarCheck.Judge(sidecar.Http, null, "it does not answer");
        }
    }
}
