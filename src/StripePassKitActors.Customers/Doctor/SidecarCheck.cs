using System.Text.Json;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether the sidecar has loaded what this app asks of it.</summary>
internal static class SidecarCheck
{
    private const string Subject = "sidecar";

    // What the app names, whatever else an operator may have.
    private static readonly string[] Components = [DaprResources.PubSub, DaprResources.StateStore, DaprResources.PassKit];

    private static readonly string[] Topics = [DaprResources.StripeEvents, DaprResources.StripeEventsDead, DaprResources.PassKitEvents];

    /// <param name="at">Where it was asked.</param>
    /// <param name="metadata">What it says of itself; null: nothing listens there.</param>
    /// <param name="fault">Why what it says cannot be read; null: it can.</param>
    public static IEnumerable<Finding> Judge(Uri at, JsonElement? metadata, string? fault)
    {
        if (fault is not null) return [Finding.Error(Subject, $"at {at}: {fault}.", "Check DAPR_HTTP_PORT and DAPR_API_TOKEN.")];
        if (metadata is not { } said) return [Finding.Skipped(Subject, $"none runs at {at}", "To look at one, set DAPR_HTTP_PORT to its HTTP port.")];
        return said.Text("id") is { } id && id != DaprResources.CustomersAppId
            ? [Finding.Skipped(Subject, $"the one at {at} is of the app {id}", $"Set DAPR_HTTP_PORT to the HTTP port of the one of {DaprResources.CustomersAppId}.")]
            : Loaded(said);
    }

    private static IEnumerable<Finding> Loaded(JsonElement metadata)
    {
        var loaded = Names(metadata, "components", "name");
        string[] missing = [.. Components.Except(loaded)];
        yield return missing.Length > 0
            ? Finding.Error("sidecar components", $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not loaded.", "See the sidecar's log, its resources path, and the scopes in components/.")
            : Finding.Ok("sidecar components", $"{string.Join(", ", Components)} are loaded");

        // A sidecar asks its app for more; without the app only what is declared is known.
        string[] unheard = [.. Topics.Except(Names(metadata, "subscriptions", "topic"))];
        yield return unheard.Length > 0
            ? Finding.Error("sidecar subscriptions", $"nothing listens to {string.Join(", ", unheard)}: events wait with the broker, or are lost.", "Give the sidecar the subscriptions in components/.")
            : Finding.Ok("sidecar subscriptions", $"{string.Join(", ", Topics)} are listened to");
    }

    private static IReadOnlyList<string> Names(JsonElement metadata, string list, string name) =>
        metadata.Part(list) is { ValueKind: JsonValueKind.Array } rows ? [.. rows.EnumerateArray().Select(row => row.Text(name)).OfType<string>()] : [];
}
