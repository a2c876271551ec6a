namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>A sandbox that listens; disposing it stops it and closes the account.</summary>
public sealed class RunningStripeSandbox : IAsyncDisposable
{
    private readonly WebApplication app;

    internal RunningStripeSandbox(WebApplication app, StripeSandbox sandbox) => (this.app, Sandbox) = (app, sandbox);

    /// <summary>The account.</summary>
    public StripeSandbox Sandbox { get; }

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:40001</c>.</summary>
    public Uri Address => new(app.Urls.Single());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
