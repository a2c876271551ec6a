using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Counts the requests that reach an app on a path, so that a test can wait until they are there.</summary>
internal sealed class Arrivals(string path) : IStartupFilter
{
    private readonly SemaphoreSlim arrived = new(0);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, go) =>
        {
            if (context.Request.Path == path) arrived.Release();
            return go(context);
        });
        next(app);
    };

    public async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            if (!await arrived.WaitAsync(Eventually.Patience, cancellationToken)) throw new TimeoutException($"{count} requests are to arrive at {path}, but {i} did.");
        }
    }
}
