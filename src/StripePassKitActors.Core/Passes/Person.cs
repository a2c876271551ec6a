namespace StripePassKitActors.Core.Passes;

/// <summary>The person on a pass. Null is unknown, and what is unknown is never sent: silence erases nothing (rule P2).</summary>
/// <param name="Name">As Stripe has it.</param>
/// <param name="Email">As Stripe has it.</param>
/// <param name="Phone">As Stripe has it.</param>
public sealed record Person(string? Name, string? Email, string? Phone)
{
    /// <summary>Nobody known.</summary>
    public static Person Unknown { get; } = new(null, null, null);

    /// <summary>Whether this person says something that <paramref name="told"/> does not.</summary>
    public bool AddsTo(Person told) =>
        (Name is not null && Name != told.Name)
        || (Email is not null && Email != told.Email)
        || (Phone is not null && Phone != told.Phone);

    /// <summary>What is known after this person was told over <paramref name="told"/>.</summary>
    public Person Over(Person told) => new(Name ?? told.Name, Email ?? told.Email, Phone ?? told.Phone);
}
