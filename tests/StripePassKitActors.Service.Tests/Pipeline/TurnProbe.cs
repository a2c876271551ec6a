using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Counts the turns of customers that are under way: each opens a log scope when it begins and closes it when it has ended.</summary>
internal sealed class TurnProbe : ILoggerProvider, ILogger
{
    private readonly Lock gate = new();
    private int open;

    /// <summary>The most that ever were under way at a time.</summary>
    public int Most { get; private set; }

    /// <summary>How many there were.</summary>
    public int Turns { get; private set; }

    public ILogger CreateLogger(string categoryName) => categoryName == typeof(CustomerActor).FullName ? this : NullLogger.Instance;

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull
    {
        lock (gate)
        {
            Turns++;
            Most = Math.Max(Most, ++open);
        }

        return new Turn(this);
    }

    public bool IsEnabled(LogLevel logLevel) => false;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Turn(TurnProbe probe) : IDisposable
    {
        public void Dispose()
        {
            lock (probe.gate) probe.open--;
        }
    }
}
