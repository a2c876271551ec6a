namespace StripePassKitActors.Hosting;

/// <summary>The app cannot start as it is set up. The message is one sentence for whoever starts it and names the setting.</summary>
public sealed class StartUpException : Exception
{
    /// <summary>A failure without an explanation; prefer the others.</summary>
    public StartUpException()
    {
    }

    /// <summary>A failure that <paramref name="message"/> explains in one sentence.</summary>
    public StartUpException(string message)
        : base(message)
    {
    }

    /// <summary>As above, with what was caught.</summary>
    public StartUpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
