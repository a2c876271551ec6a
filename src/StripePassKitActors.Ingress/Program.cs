using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.Checkout;
using StripePassKitActors.Ingress.PassKit;
using StripePassKitActors.Ingress.Publishing;
using StripePassKitActors.Ingress.Telemetry;
using StripePassKitActors.Ingress.Webhooks;

namespace StripePassKitActors.Ingress;

/// <summary>The public app <c>ingress</c>: takes webhooks and publishes them, shows buyers their pass, decides nothing.</summary>
public static class Program
{
    /// <summary>Runs the app; exit code 1 when its settings are wrong.</summary>
    public static Task<int> Main(string[] args) => StartUp.RunAsync(args, BuildAsync);

    /// <summary>Builds the app as <see cref="Main"/> runs it, without starting it.</summary>
    /// <exception cref="StartUpException">The secret store that the settings name cannot be read.</exception>
    public static Task<WebApplication> BuildAsync(params string[] args) => BuildAsync(static _ => { }, args);

    /// <summary>
    /// As above; <paramref name="configure"/> has the last word before the app is built: for tests, and for several apps in one process.
    /// </summary>
    public static async Task<WebApplication> BuildAsync(Action<WebApplicationBuilder> configure, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args).AddHostDefaults().AddAddressSecrecy();
        await builder.AddSecretStoreAsync();
        builder.Services.AddSidecar();
        builder.Services.AddIngressMetrics();
        builder.Services.AddEventPublisher();
        builder.Services.AddStripeWebhook();
        builder.Services.AddPassKitWebhook();
        builder.Services.AddCheckout();
        configure(builder);

        var app = builder.Build();
        app.UseAddressSecrecy();
        app.UseProblemDetails();
        app.UseCheckout();
        app.MapHealth();
        app.MapStripeWebhook();
        app.MapPassKitWebhook();
        app.MapCheckout();
        return app;
    }
}
