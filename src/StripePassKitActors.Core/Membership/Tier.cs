using System.Collections.Immutable;

namespace StripePassKitActors.Core.Membership;

/// <summary>A PassKit tier as the merchant configured it.</summary>
/// <param name="Id">PassKit's tier id.</param>
/// <param name="Name">What the pass shows as its tier.</param>
/// <param name="Rank">The higher, the better; unique.</param>
/// <param name="MinimumSpend">Net spend that earns it, in minor units by currency; empty: spend never earns it (rule B1).</param>
public sealed record Tier(string Id, string Name, int Rank, ImmutableSortedDictionary<string, long> MinimumSpend);
