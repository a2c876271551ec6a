namespace StripePassKitActors.Customers.Doctor;

/// <summary>How it stands with what was looked at, or what became of it. The later, the worse.</summary>
internal enum Level
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It was changed just now.</summary>
    Done,

    /// <summary>It would be changed, were this no dry run.</summary>
    Would,

    /// <summary>It could not be looked at, and need not be.</summary>
    Skipped,

    /// <summary>It works, and somebody will be surprised.</summary>
    Warn,

    /// <summary>Passes will be missing, wrong or not revoked.</summary>
    Error,
}
