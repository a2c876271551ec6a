using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Connect;

/// <summary>
/// The settings as the app would read them, right or wrong, and what can be asked by those that are right. Stripe is called by the app's own
/// client, PassKit by plain HTTP: no sidecar need run.
/// </summary>
internal sealed class SetUp : IAsyncDisposable
{
    /// <summary>Shorter ones may be words of a sentence, and would spoil it.</summary>
    private const int ShortestSecret = 8;

    private static readonly string[] SecretSettings =
    [
        "Stripe:ApiKey", "PassKit:ApiKey", "PassKit:ApiSecret", "PassKit:Token", "PassKit:WebhookToken", "PassKit:SigningSecret", "Operator:ApiKey", "APP_API_TOKEN", "DAPR_API_TOKEN",
    ];

    private readonly ServiceProvider services;

    private SetUp(ServiceProvider services, IConfiguration configuration, IEnumerable<string> failures)
    {
        this.services = services;
        Configuration = configuration;
        Failures = [.. failures, .. StartUp.Failures(services)];
        Stripe = Valid<StripeOptions>();
        PassKit = Valid<PassKitOptions>();
        MembershipOptions = Valid<MembershipOptions>();
        Membership = MembershipOptions?.ToSettings();
    }

    /// <summary>All settings, unread.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>What would stop the app at its start, a sentence each.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>Section <c>Stripe</c>; null: it is wrong.</summary>
    public StripeOptions? Stripe { get; }

    /// <summary>Section <c>PassKit</c>; null: it is wrong.</summary>
    public PassKitOptions? PassKit { get; }

    /// <summary>Section <c>Membership</c>; null: it is wrong.</summary>
    public MembershipOptions? MembershipOptions { get; }

    /// <summary>The same as the rules take it.</summary>
    public MembershipSettings? Membership { get; }

    /// <summary>Where PassKit is; only where <see cref="PassKit"/> is right.</summary>
    public Uri Region => new(Configuration["PASSKIT_REST_URL"]!);

    /// <summary>What must stand in no line.</summary>
    public IEnumerable<string> Secrets => SecretSettings
        .Select(setting => Configuration[setting])
        .Concat(WebhookSecrets)
        .OfType<string>()
        .Where(secret => secret.Trim().Length >= ShortestSecret);

    /// <summary>What the ingress checks signatures with, where this app is told too.</summary>
    public IEnumerable<string> WebhookSecrets => Configuration.GetSection("Stripe:WebhookSecrets").GetChildren().Select(secret => secret.Value).OfType<string>();

    /// <summary>Reads the settings: the files, the environment, a secret store if they name one, and what is said here.</summary>
    public static async Task<SetUp> ReadAsync(string[] settings)
    {
        List<string> failures = [];
        var builder = WebApplication.CreateBuilder(settings).AddHostDefaults();
        try
        {
            await builder.AddSecretStoreAsync();
        }
        catch (StartUpException unread)
        {
            failures.Add(unread.Message);
        }

        var configuration = builder.Configuration;
        var services = new ServiceCollection()
            .AddLogging() // to nobody: what goes wrong is a line of its own
            .AddMetrics()
            .AddHttpClient()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<CustomersMetrics>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new Random())
            .AddSettings()
            .AddStripeApi(configuration)
            .AddSingleton<StripeWebhooks>()
            .AddSingleton<PassKitCredentials>()
            .AddSingleton<IPassKitTransport>(provider => new DirectTransport(provider.GetRequiredService<HttpClient>(), new Uri(configuration["PASSKIT_REST_URL"]!)))
            .AddSingleton<PassKitAccount>();
        return new SetUp(services.BuildServiceProvider(), configuration, failures);
    }

    /// <summary>Something that can be asked; only where the settings that it needs are right.</summary>
    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>What is wrong with a section, a sentence each.</summary>
    public IReadOnlyList<string> FailuresOf<TOptions>()
        where TOptions : class
    {
        try
        {
            _ = services.GetRequiredService<IOptions<TOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException wrong)
        {
            return [.. wrong.Failures];
        }
        catch (InvalidOperationException unreadable)
        {
            return [unreadable.GetBaseException().Message];
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private TOptions? Valid<TOptions>()
        where TOptions : class => FailuresOf<TOptions>().Count == 0 ? services.GetRequiredService<IOptions<TOptions>>().Value : null;
}
