using System.Collections.Immutable;
using Dapr.Actors;

namespace StripePassKitActors.Customers.DeadLetters;

/// <summary>All dead letters: one actor, an index in pages and one key a letter. Never throws: what failed is in the answer.</summary>
public interface IDeadLettersActor : IActor
{
    /// <summary>Parks a letter; one with the same id is there already → its reason and attempts are renewed.</summary>
    Task<DeadLetterAnswer> ParkAsync(DeadLetter letter);

    /// <summary>The letter with its event.</summary>
    Task<DeadLetterAnswer> GetAsync(string id);

    /// <summary>Removes a letter; the answer holds what was removed.</summary>
    Task<DeadLetterAnswer> DiscardAsync(string id);

    /// <summary>Removes letters of somebody who is to be forgotten: looks at some, and answers where to go on.</summary>
    Task<DeadLetterCountAnswer> DiscardOfAsync(DeadLetterSearch search);

    /// <summary>Letters without their events, oldest first.</summary>
    Task<DeadLetterListAnswer> ListAsync(DeadLetterQuery query);
}

/// <summary>One letter.</summary>
/// <param name="Letter">Null: there is none with that id, or the turn failed.</param>
/// <param name="Failure">Why the turn failed; null: it did not.</param>
public sealed record DeadLetterAnswer(DeadLetter? Letter, string? Failure);

/// <summary>Whose letters.</summary>
/// <param name="Names">The ids of the customer and of all that is the customer's: a letter that names one of them is the customer's.</param>
/// <param name="From">The number of the first letter to look at.</param>
public sealed record DeadLetterSearch(ImmutableArray<string> Names, long From);

/// <summary>Some letters that were removed.</summary>
/// <param name="Count">How many.</param>
/// <param name="Next">The number of the first letter that was not looked at.</param>
/// <param name="IsLast">Whether there is none.</param>
/// <param name="Failure">Why the turn failed and removed none; null: it did not.</param>
public sealed record DeadLetterCountAnswer(int Count, long Next, bool IsLast, string? Failure);

/// <summary>Which letters.</summary>
/// <param name="Kind">Null: both.</param>
/// <param name="After">The number of the last letter that was seen; null: from the beginning.</param>
public sealed record DeadLetterQuery(DeadLetterKind? Kind, long? After);

/// <summary>Some letters.</summary>
/// <param name="Letters">At most a hundred.</param>
/// <param name="Next">What to ask <c>After</c> for more; null: there are no more.</param>
/// <param name="Failure">Why the turn failed; null: it did not.</param>
public sealed record DeadLetterListAnswer(ImmutableArray<DeadLetter> Letters, long? Next, string? Failure);
