namespace StripePassKitActors.Simulation;

/// <summary>What of a customer's life is simulated. What is off, the code under test does not know yet.</summary>
internal static class Features
{
    /// <summary>Disputes take money out (rules M4, B7).</summary>
    public static bool Disputes { get; } = true;

    /// <summary>One-off purchases earn a tier (rule B3).</summary>
    public static bool Purchases { get; } = true;

    /// <summary>Guests get passes of their own (rule B11).</summary>
    public static bool Guests { get; } = true;

    /// <summary>Refunds that name no customer find their owner, so that they may fail too.</summary>
    public static bool Owners { get; } = true;

    /// <summary>In past_due the tier never rises above the last paid one (rule B5).</summary>
    public static bool GraceCap { get; } = true;

    /// <summary>Spend windows (rule M6).</summary>
    public static bool Windows { get; } = true;

    /// <summary>What a turn told PassKit is remembered even if the turn could not be saved.</summary>
    public static bool UnsavedSyncs { get; } = true;

    /// <summary>A single 404 for a member that was there a moment ago is not believed.</summary>
    public static bool MissingIsAskedAgain { get; } = true;

    /// <summary>Objects are read from Stripe (rules F2, F5).</summary>
    public static bool Reading { get; } = true;
}
