namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>One call that reached the sandbox.</summary>
/// <param name="Number">Counts from 1 in order of arrival, over the sandbox's life.</param>
/// <param name="At">When it arrived, on the sandbox's clock, in UTC.</param>
/// <param name="Verb">Upper case.</param>
/// <param name="Path">As it came, escapes and all.</param>
/// <param name="Status">What was answered; null while, or if ever, nothing was: too slow for the caller, or cut off.</param>
/// <param name="MemberId">The member it was about, as far as known.</param>
/// <param name="ExternalId">That member's external id, as far as known.</param>
public sealed record Call(long Number, DateTimeOffset At, string Verb, string Path, int? Status, string? MemberId, string? ExternalId);

/// <summary>What was called, in order of arrival. A call is in it before its answer leaves.</summary>
public sealed class CallLog : Journal<Call>
{
    internal long Arrived(DateTimeOffset at, string verb, string path) => Add(number => new Call(number, at, verb, path, null, null, null));
}
