namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>The only way in which these tests wait: for something that can be seen, never for time to pass.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Generous: it is spent only by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task Async(
        Func<Task<bool>> predicate, string because, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Async(predicate, yes => yes, because, timeout, cancellationToken);

    /// <summary>Reads until what was read is right, and returns it.</summary>
    /// <exception cref="TimeoutException">It never was. The message tells what was read last, or what went wrong in reading.</exception>
    public static async Task<T> Async<T>(
        Func<Task<T>> read, Func<T, bool> right, string because, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        object? last = null;
        while (clock.GetElapsedTime(start) < (timeout ?? Patience))
        {
            try
            {
                var state = await read();
                if (right(state)) return state;
                last = state;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or System.Text.Json.JsonException
                || failure is TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                last = failure; // not there yet
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }

        throw new TimeoutException($"{because}, but after {timeout ?? Patience} the last state was: {last ?? "none"}");
    }
}
