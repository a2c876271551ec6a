using Dapr.Client;
using StripePassKitActors.Hosting;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>
/// One app that takes events from the topic, with a sidecar, a broker, a state store and a PassKit of its own, so that two contenders run
/// beside each other in one process and are measured in turn. All have the same component settings but for what <see cref="Entrant.Edit"/> changes.
/// </summary>
internal sealed class Contender : IAsyncDisposable
{
    private const int PublishersAtOnce = 32;

    private readonly IAsyncDisposable[] owned;
    private readonly AppWithSidecar app;
    private readonly RunningPassKitSandbox passKit;
    private readonly DaprClient publisher;
    private readonly Entrant entrant;

    private Contender(Entrant entrant, AppWithSidecar app, RunningPassKitSandbox passKit, params IAsyncDisposable[] owned)
    {
        (this.entrant, this.app, this.passKit, this.owned) = (entrant, app, passKit, owned);
        publisher = new DaprClientBuilder().UseHttpEndpoint(app.Sidecar.Http.AbsoluteUri).UseGrpcEndpoint(app.Sidecar.Grpc.AbsoluteUri).Build();
    }

    public PassKitSandbox PassKit => passKit.Sandbox;

    public IServiceProvider Services => app.App.Services;

    /// <summary>Starts all of it on real sidecars; on Kafka in Redis's place if there is to be one.</summary>
    public static Task<Contender> OpenAsync(Entrant entrant, ControlPlane controlPlane, bool onKafka, CancellationToken cancellationToken) =>
        OpenAsync(entrant, new DaprdPlatform(controlPlane), onKafka ? new KafkaBroker() : null, cancellationToken);

    /// <summary>Starts all of it on a platform, which is then the contender's own.</summary>
    public static async Task<Contender> OpenAsync(Entrant entrant, IPlatform platform, KafkaBroker? kafka, CancellationToken cancellationToken)
    {
        if (kafka is not null) await kafka.StartAsync(cancellationToken);
        await platform.StartAsync(cancellationToken);
        var passKit = await PassKitSandboxApp.StartAsync(SandboxOptions(), TimeProvider.System, cancellationToken);

        var settings = entrant.Settings
            .Add("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None")
            .Add(Entrant.QuietStart.Key, Entrant.QuietStart.Value);
        var app = new AppWithSidecar(DaprResources.CustomersAppId, platform, entrant.BuildAsync, settings, new(entrant.BuildAsync, entrant.BuildAsync)
        {
            PassKitPort = passKit.Address.Port,
            EditComponents = (file, yaml) => entrant.Edit(file, kafka?.Component(file, yaml) ?? yaml),
        });
        var contender = new Contender(entrant, app, passKit, kafka is null ? [platform] : [platform, kafka]);
        try
        {
            await app.StartAsync(cancellationToken);
            return contender;
        }
        catch
        {
            await contender.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the broker fill up, then takes the time until the last event is saved. Events per second.</summary>
    public async Task<double> DrainAsync(IReadOnlyCollection<Message> messages, CancellationToken cancellationToken)
    {
        entrant.Gate.Close();
        entrant.Progress.Expect(messages.Count);
        await PublishAsync(messages, cancellationToken);
        GC.Collect(); // what the other left behind is not this one's to clear away

        var started = TimeProvider.System.GetTimestamp();
        entrant.Gate.Open();
        await entrant.Progress.AllAsync(cancellationToken);
        return messages.Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Publishes each burst when the one before it is saved. Events per second.</summary>
    public async Task<double> FollowAsync(IReadOnlyCollection<Message[]> bursts, CancellationToken cancellationToken)
    {
        GC.Collect();
        var started = TimeProvider.System.GetTimestamp();
        foreach (var burst in bursts)
        {
            entrant.Progress.Expect(burst.Length);
            await PublishAsync(burst, cancellationToken);
            await entrant.Progress.AllAsync(cancellationToken);
        }

        return bursts.Sum(burst => burst.Length) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Throws unless every one of these customers is what its events say, and PassKit shows it.</summary>
    public async Task CheckAsync(string[] customers, Totals expected, CancellationToken cancellationToken)
    {
        foreach (var customer in customers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var actual = await entrant.TotalsAsync(Services, customer);
            if (actual != expected) throw new InvalidOperationException($"{customer} ended with {actual} instead of {expected}.");
        }

        var passes = PassKit.Members.Count(member => member.ExpiryDate?.ToUnixTimeSeconds() >= expected.PeriodEnd);
        if (expected.PeriodEnd > 0 && passes != customers.Length)
            throw new InvalidOperationException($"{passes} of {customers.Length} passes are up to date.");
    }

    public async ValueTask DisposeAsync()
    {
        entrant.Gate.Open();
        entrant.Dispose();
        publisher.Dispose();
        await app.DisposeAsync();
        await passKit.DisposeAsync();
        foreach (var one in owned) await one.DisposeAsync();
    }

    private Task PublishAsync(IReadOnlyCollection<Message> messages, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        messages,
        new ParallelOptions { MaxDegreeOfParallelism = PublishersAtOnce, CancellationToken = cancellationToken },
        async (message, token) => await message.PublishAsync(publisher, token));

    private static PassKitSandboxOptions SandboxOptions()
    {
        var settings = TestSettings.Customers;
        return new PassKitSandboxOptions
        {
            ApiKey = settings["PassKit:ApiKey"],
            ApiSecret = settings["PassKit:ApiSecret"],
            Token = Bare.BarePassKit.Token,
            ProgramId = settings["PassKit:ProgramId"],
            TierIds = ["bronze", "silver", "gold"],
        };
    }
}
