namespace StripePassKitActors.Sandbox.PassKit.Mail;

/// <summary>A welcome email that PassKit was asked to send.</summary>
/// <param name="At">When, on the sandbox's clock, in UTC.</param>
/// <param name="MemberId">Whose pass it brings.</param>
/// <param name="ExternalId">That member's external id; empty if it has none.</param>
/// <param name="To">The address.</param>
/// <param name="Name">What it calls its reader; empty if unknown.</param>
public sealed record SentMail(DateTimeOffset At, string MemberId, string ExternalId, string To, string Name);
