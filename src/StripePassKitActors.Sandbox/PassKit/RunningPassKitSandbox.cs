namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>A sandbox that listens; disposing it stops it, calls that hang included.</summary>
public sealed class RunningPassKitSandbox : IAsyncDisposable
{
    private readonly WebApplication app;

    internal RunningPassKitSandbox(WebApplication app) => this.app = app;

    /// <summary>The model: members, calls, faults.</summary>
    public PassKitSandbox Sandbox => app.Services.GetRequiredService<PassKitSandbox>();

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:40001</c>.</summary>
    public Uri Address => new(app.Urls.Single());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
