using Microsoft.Extensions.Logging;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>Reads, as whoever is on call does, who could not be told that a price or a product changed: an operator's sync mends it.</summary>
internal sealed class LeftBehind(Action<string> customer) : ILoggerFactory, ILogger
{
    private const int Event = 2803;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == Event && state is IReadOnlyList<KeyValuePair<string, object?>> told) customer((string)told.First(pair => pair.Key == "CustomerId").Value!);
    }
}
