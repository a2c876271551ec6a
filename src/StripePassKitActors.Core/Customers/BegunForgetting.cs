namespace StripePassKitActors.Core.Customers;

/// <summary>How far forgetting somebody came before something outside did not answer (rule B10): asking again goes on from there.</summary>
/// <param name="MemberDeleted">Whether there was a member in PassKit, which is deleted.</param>
/// <param name="DeadLetters">How many dead letters were removed.</param>
/// <param name="Letter">The number of the first dead letter that was not looked at.</param>
public sealed record BegunForgetting(bool MemberDeleted, int DeadLetters, long Letter)
{
    /// <summary>Nothing was removed.</summary>
    public static readonly BegunForgetting Nothing = new(MemberDeleted: false, 0, 0);
}
