using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Passes;

/// <summary>A change of a customer's pass, as subscribers are told of it. It holds nothing of the person.</summary>
/// <param name="Version">The number of the attempt that made it (ADR 13).</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When it was noticed, our clock, UTC.</param>
/// <param name="Tier">The tier that was earned or lost; null: none.</param>
/// <param name="Status">How the customer stands.</param>
/// <param name="ValidUntil">Until when, UTC; null: no end is known.</param>
/// <param name="MemberId">PassKit's id of the member; null: it is forgotten.</param>
/// <param name="Installed">Whether somebody holds it; null: not known.</param>
public sealed record PassChange(
    long Version, PassChangeKind Kind, DateTimeOffset At, string? Tier, EntitlementStatus Status, DateTimeOffset? ValidUntil, string? MemberId, bool? Installed);
