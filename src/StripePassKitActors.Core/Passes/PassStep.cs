namespace StripePassKitActors.Core.Passes;

/// <summary>One thing to do in PassKit.</summary>
public abstract record PassStep
{
    private PassStep()
    {
    }

    /// <summary>Make the member.</summary>
    public sealed record Enrol(PassContent Content) : PassStep;

    /// <summary>See whether an enrolment that was not answered made a member.</summary>
    public sealed record Find : PassStep;

    /// <summary>Take over an existing member (rule B9).</summary>
    public sealed record Adopt(string MemberId) : PassStep;

    /// <summary>Read what the member shows, because what it was told is not known.</summary>
    public sealed record Read : PassStep;

    /// <summary>Move the member to another tier.</summary>
    public sealed record ChangeTier(string Tier) : PassStep;

    /// <summary>Update what the pass shows. A null part stays as it is.</summary>
    public sealed record Update(Person? Person, PassContent? Metadata, DateTimeOffset? Expiry, PassPoints? Points = null) : PassStep;

    /// <summary>Set the points where no update takes them along: nothing else differs, or they are none, which an update cannot say.</summary>
    public sealed record SetPoints(PassPoints Points) : PassStep;

    /// <summary>Let the pass lapse, or revive it.</summary>
    public sealed record SetExpiry(DateTimeOffset Expiry) : PassStep;

    /// <summary>See whether a revived pass is valid again (rule P4), or one that is over has lapsed (rule P5).</summary>
    public sealed record Confirm : PassStep;
}
