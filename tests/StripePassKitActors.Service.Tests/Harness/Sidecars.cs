using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>What a test's sidecars are.</summary>
public enum Sidecars
{
    /// <summary>The real Dapr and Redis as programs on this machine.</summary>
    Programs,

    /// <summary>The same with PostgreSQL for the state, as in production (ADR 8).</summary>
    ProgramsWithPostgreSql,

    /// <summary>The first as containers.</summary>
    Containers,

    /// <summary>The development sidecar.</summary>
    Development,
}

/// <summary>
/// Runs a test on the real Dapr and on the development sidecar from the same source: where they differ, the development sidecar is wrong.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEachSidecarAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
            [new TheoryDataRow<Sidecars>(Sidecars.Programs), new TheoryDataRow<Sidecars>(Sidecars.Development)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

internal static class SidecarsExtensions
{
    /// <summary>Makes the platform, not yet started.</summary>
    public static IPlatform On(this ControlPlane controlPlane, Sidecars sidecars) => sidecars switch
    {
        Sidecars.Programs => new DaprdPlatform(controlPlane),
        Sidecars.ProgramsWithPostgreSql => new DaprdPlatform(controlPlane, onPostgreSql: true),
        Sidecars.Containers => new ContainerPlatform(),
        _ => new DevelopmentPlatform(),
    };

    /// <summary>Makes one on which things can be taken away.</summary>
    public static IBreakablePlatform Breakable(this ControlPlane controlPlane, Sidecars sidecars) =>
        sidecars == Sidecars.Development ? new DevelopmentPlatform() : new DaprdPlatform(controlPlane, durable: true);
}
