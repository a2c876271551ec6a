using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers;

/// <summary>The private app <c>customers</c>: subscriber, actors, PassKit, inspection.</summary>
public static class Program
{
    /// <summary>Runs the app, exit code 1 when its settings are wrong; or does what a verb says, see <c>--help</c>.</summary>
    public static Task<int> Main(string[] args) => Verbs.RunAsync(args, Console.Out, Console.Error);

    /// <summary>Builds the app as <see cref="Main"/> runs it, without starting it.</summary>
    /// <exception cref="StartUpException">The secret store that the settings name cannot be read.</exception>
    public static Task<WebApplication> BuildAsync(params string[] args) => BuildAsync(static _ => { }, args);

    /// <summary>
    /// As above; <paramref name="configure"/> has the last word before the app is built: for tests, and for several apps in one process.
    /// </summary>
    public static async Task<WebApplication> BuildAsync(Action<WebApplicationBuilder> configure, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args).AddHostDefaults();
        await builder.AddSecretStoreAsync();
        builder.Services
            .AddSidecar(hostsActors: true)
            .AddSettings()
            .AddCallers(builder.Configuration)
            .AddStripeApi(builder.Configuration)
            .AddPassKit(builder.Configuration)
            .AddCustomerActors(builder.Configuration)
            .AddStripeEvents()
            .AddCheckout()
            .AddOperatorApi();
        configure(builder);

        var app = builder.Build();
        app.UseProblemDetails();
        app.UseCallers();
        app.MapHealth();
        app.MapActorsHandlers().RequireAuthorization(Callers.Sidecar);
        app.MapStripeEvents();
        app.MapCheckout();
        app.MapOperatorApi();
        return app;
    }
}
