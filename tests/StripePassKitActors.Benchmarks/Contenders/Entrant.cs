using System.Collections.Immutable;

namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>What makes a contender: its app, and how to look at it.</summary>
internal abstract class Entrant : IDisposable
{
    /// <summary>That the sidecar is not ready yet is no news while it starts.</summary>
    public static (string Key, string Value) QuietStart => ("Logging:LogLevel:StripePassKitActors.Hosting.ReadinessLog", "None");

    public Gate Gate { get; } = new();

    public Progress Progress { get; } = new();

    /// <summary>What the app is told when it starts.</summary>
    public virtual ImmutableDictionary<string, string> Settings => ImmutableDictionary<string, string>.Empty;

    /// <summary>Changes to the components: file name, content → content.</summary>
    public virtual string Edit(string file, string yaml) => yaml;

    /// <summary>Builds the app.</summary>
    public abstract Task<WebApplication> BuildAsync(string[] args);

    /// <summary>What became of a customer.</summary>
    public abstract Task<Totals> TotalsAsync(IServiceProvider services, string customer);

    public virtual void Dispose()
    {
    }
}

/// <summary>What a contender must have made of a customer's events.</summary>
/// <param name="Spend">Of all charges together.</param>
/// <param name="PeriodEnd">The latest that an event named, Unix seconds; 0: none did.</param>
internal sealed record Totals(long Spend, long PeriodEnd);
