
namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>
/// Holds deliveries back while a backlog is published, so that a round measures nothing but how fast an app takes what is there: publishing
/// costs the same for both contenders, and on the same cores it would only hide their difference. The sidecar stays subscribed and warm;
/// what it has handed over when the gate opens is at most <c>concurrency</c> messages. The bare actor's app then holds as many calls, ours
/// one bulk of them: a small start for the bare actor.
/// </summary>
internal sealed class Gate : IStartupFilter
{
    private volatile TaskCompletionSource open = Opened();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, go) =>
        {
            if (context.Request.Path.StartsWithSegments("/events", StringComparison.Ordinal)) await open.Task;
            await go(context);
        });
        next(app);
    };

    public void Close() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => open.TrySetResult();

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
