using System.Text.Json.Serialization;

namespace StripePassKitActors.Core;

/// <summary>The moment at which a fact was true, and who said so (rules F1, F2). Never our own clock.</summary>
/// <param name="At">An event's <c>created</c>, or the <c>Date</c> of Stripe's answer to a read; UTC, whole seconds.</param>
/// <param name="EventId">The event, <c>evt_…</c>: the last tie-breaker of rule F4. Of a read: <see cref="Reading"/>.</param>
/// <param name="Read">Whether it was read from Stripe, and not told by an event.</param>
public sealed record AsOf(
    DateTimeOffset At,
    string EventId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Read = false)
{
    /// <summary>What stands for an event's id where Stripe was asked.</summary>
    public const string Reading = "read";

    /// <summary>The as-of of an object that was read.</summary>
    public static AsOf OfRead(DateTimeOffset at) => new(at, Reading, Read: true);
}
