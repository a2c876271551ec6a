using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>One thing to measure.</summary>
internal interface IBenchmark
{
    /// <summary>A sentence for whoever waits.</summary>
    string What { get; }

    /// <summary>Measures; throws if what should have been done was not.</summary>
    Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken);
}

/// <summary>How much to measure.</summary>
/// <param name="Events">Events of one round.</param>
/// <param name="Rounds">Rounds of which the median counts.</param>
internal sealed record Scale(int Events, int Rounds);
