using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using StripePassKitActors.Local.Sidecar;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>What a <see cref="TestService"/> is made of. Apps are built from command-line arguments, as their own <c>Main</c> does it.</summary>
internal sealed record TestServiceOptions(Func<string[], Task<WebApplication>> Ingress, Func<string[], Task<WebApplication>> Customers)
{
    /// <summary>The port on this machine where PassKit's stand-in listens, on <see cref="IPlatform.AppsListenOn"/>.</summary>
    public int PassKitPort { get; init; } = 1; // nobody listens there

    public ImmutableDictionary<string, string> IngressSettings { get; init; } = TestSettings.Ingress;

    public ImmutableDictionary<string, string> CustomersSettings { get; init; } = TestSettings.Customers;

    /// <summary>How sidecars learn that their app is down.</summary>
    public AppHealthCheck HealthCheck { get; init; } = SidecarOptions.Patient;

    /// <summary>Changes to both sidecars' copies of <c>components/</c>: file name, content → content.</summary>
    public Func<string, string, string> EditComponents { get; init; } = Sooner;

    /// <summary>
    /// What was on its way when an app ended, or was too starved to answer its health check, comes back after <c>processingTimeout</c>. A
    /// test need not wait a minute for that.
    /// </summary>
    public static string Sooner(string file, string yaml) => yaml
        .Replace("\"60000\"", "\"12000\"", StringComparison.Ordinal)
        .Replace("\"15000\"", "\"1000\"", StringComparison.Ordinal);
}
