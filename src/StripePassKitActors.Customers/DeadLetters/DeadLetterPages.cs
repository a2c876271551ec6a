using System.Collections.Immutable;

namespace StripePassKitActors.Customers.DeadLetters;

/// <summary>Where the pages of the index begin and end. Letter <c>n</c> stands on page <c>n / 100</c>.</summary>
/// <param name="FirstPage">Pages before it are gone.</param>
/// <param name="Next">The number of the next letter.</param>
internal sealed record DeadLetterIndex(long FirstPage, long Next)
{
    public const int PageSize = 100;

    public static long PageOf(long number) => number / PageSize;
}

/// <summary>A page of the index: letters without their events, oldest first.</summary>
internal sealed record DeadLetterPage(ImmutableArray<StoredLetter> Letters);

/// <summary>A letter and its number.</summary>
internal sealed record StoredLetter(long Number, DeadLetter Letter);
