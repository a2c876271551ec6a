using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Passes;

/// <summary>What we know of a customer's member in PassKit.</summary>
public sealed record PassRecord
{
    /// <summary>Stands in an external id between the customer's and the number of the generation; no id of Stripe's holds it.</summary>
    public const char GenerationMark = '~';

    private const int MostFormerLinks = 20;

    /// <summary>PassKit's id of the member; null: none is known.</summary>
    public string? MemberId { get; init; }

    /// <summary>
    /// Which of the customer's external ids is the member's: 0 is the customer id itself, <c>n</c> is <c>cus_…~n+1</c>, taken when an
    /// earlier member could not be revived and its id stays taken (rule P4).
    /// </summary>
    public int Generation { get; init; }

    /// <summary>The existing member that the customer's metadata asked for and got; null: the member is ours (rule B9).</summary>
    public string? LinkedMember { get; init; }

    /// <summary>
    /// The newest linked members that others took the place of, oldest first: they go on showing whose they were, and no external id of ours finds them when the
    /// customer is to be forgotten (rule B10).
    /// </summary>
    public ImmutableArray<string> FormerLinks { get; init; } = [];

    /// <summary>How PassKit and we stand.</summary>
    public PassState State { get; init; }

    /// <summary>
    /// What PassKit was last told or last said; null: not known, to be read. Without a <see cref="MemberId"/>: an enrolment was tried and PassKit
    /// did not say what became of it.
    /// </summary>
    public PassContent? Told { get; init; }

    /// <summary>
    /// Whether a change was begun of which no turn saved how it ended: PassKit may show something else than <see cref="Told"/>, and is read before
    /// that is believed.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unsure { get; init; }

    /// <summary>The customer's newest payment, UTC, when a turn last left this pass as it should be, or as PassKit would have it; null: none. Who paid later gets a pass even if somebody deleted this one (rule P8).</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Whether a revived pass has yet to be read back (rule P4).</summary>
    public bool Unconfirmed { get; init; }

    /// <summary>
    /// The expiry at which PassKit was seen to show the pass as over; a pass with another one in the past is yet to be read back, because
    /// its tier may be one that cannot expire (rule P5).
    /// </summary>
    public DateTimeOffset? LapseSeen { get; init; }

    /// <summary>When it was noticed that the member was deleted in PassKit while the pass was valid, UTC; null: it was not, or it is back (rule P8).</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>What PassKit last showed instead of what it was told, and was overwritten; null: nothing.</summary>
    public Overwritten? Overwritten { get; init; }

    /// <summary>What subscribers were last told of the pass; null: nothing.</summary>
    public AnnouncedPass? Announced { get; init; }

    /// <summary>When this member became the customer's, our clock, UTC; null: there is none, or older code made it.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When somebody first installed the pass, UTC, by PassKit's word or else when we learned of it; null: nobody was seen to.</summary>
    public DateTimeOffset? InstalledAt { get; init; }

    /// <summary>When it was removed from the last device, UTC, likewise; null: it was not, or it is installed again.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>When a page first showed the pass to whoever bought it, our clock, UTC; null: none did.</summary>
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>When PassKit was first asked to mail the pass, our clock, UTC; null: it was not. Saved before it is asked: at most once.</summary>
    public DateTimeOffset? EmailedAt { get; init; }

    /// <summary>When PassKit, which said that it did not mail the pass, is to be asked again, our clock, UTC; null: it said no such thing.</summary>
    public DateTimeOffset? EmailAgainAt { get; init; }

    /// <summary>Whether somebody holds the pass; null: not known.</summary>
    [JsonIgnore]
    public bool? Installed => InstalledAt is null ? null : RemovedAt is null;

    /// <summary>The content that PassKit refused; only another one is tried (rule P7).</summary>
    public PassContent? Refused { get; init; }

    /// <summary>The link that was asked for when PassKit refused; only another one is tried.</summary>
    public string? RefusedLink { get; init; }

    /// <summary>Failed attempts in a row.</summary>
    public int Attempts { get; init; }

    /// <summary>The earliest next attempt, UTC; null: whenever something differs.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Why the last attempt failed, or why there is no pass; it may quote the person, for operators alone; null after a success.</summary>
    public string? LastError { get; init; }

    /// <summary>
    /// Whether the dead letters are yet to be told how the last sync ended. Saved before they are told: a letter that this record does not
    /// know of would never be taken away.
    /// </summary>
    public bool Unreported { get; init; }

    /// <summary>When the pass lapsed, or should have if PassKit had not refused; null while it is valid or unknown.</summary>
    public DateTimeOffset? LapsedAt(DateTimeOffset now) => Told?.Expiry <= now ? Told.Expiry : Refused?.Expiry <= now ? Refused.Expiry : null;

    /// <summary>The record of a customer who has no such member any more: what was known of it says nothing of another.</summary>
    public PassRecord WithoutMember() => this with
    {
        MemberId = null,
        FormerLinks = MemberId is { } id && id == LinkedMember ? [.. FormerLinks.Remove(id).Add(id).TakeLast(MostFormerLinks)] : FormerLinks,
        Told = null,
        Unconfirmed = false,
        Unsure = false,
        Overwritten = null,
        IssuedAt = null,
        InstalledAt = null,
        RemovedAt = null,
        ShownAt = null,
        EmailedAt = null,
        EmailAgainAt = null,
    };

    /// <summary>Whether there is a pass that is valid, as far as PassKit was told.</summary>
    public bool IsValid(DateTimeOffset now) => MemberId is not null && Told?.Expiry > now;

    /// <summary>The external id under which the member is, or would be, enrolled.</summary>
    public string ExternalId(string customerId) => Generation == 0 ? customerId : $"{customerId}{GenerationMark}{Generation + 1}";
}
