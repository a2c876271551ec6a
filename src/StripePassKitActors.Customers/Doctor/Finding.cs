namespace StripePassKitActors.Customers.Doctor;

/// <summary>One line of what was found.</summary>
/// <param name="Level">How it stands.</param>
/// <param name="Subject">What was looked at, in a few words.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Remedy">What to do about it; null: nothing.</param>
internal sealed record Finding(Level Level, string Subject, string Text, string? Remedy = null)
{
    /// <summary>As it should be.</summary>
    public static Finding Ok(string subject, string text) => new(Level.Ok, subject, text);

    /// <summary>Not looked at, and why.</summary>
    public static Finding Skipped(string subject, string why, string? remedy = null) => new(Level.Skipped, subject, why, remedy);

    /// <summary>It works, and somebody will be surprised.</summary>
    public static Finding Warn(string subject, string text, string remedy) => new(Level.Warn, subject, text, remedy);

    /// <summary>Passes will be missing, wrong or not revoked.</summary>
    public static Finding Error(string subject, string text, string remedy) => new(Level.Error, subject, text, remedy);
}
