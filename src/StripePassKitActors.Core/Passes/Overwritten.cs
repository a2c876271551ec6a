namespace StripePassKitActors.Core.Passes;

/// <summary>What a member was last seen to show instead of what PassKit was told.</summary>
/// <param name="Shown">The fingerprint of what it showed.</param>
/// <param name="At">When it was overwritten, our clock, UTC.</param>
public sealed record Overwritten(string Shown, DateTimeOffset At);
