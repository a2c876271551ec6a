using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Sandbox.PassKit;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>A PassKit sandbox of its own, and everything that makes it agree, on a clock that only the test moves.</summary>
internal sealed class PassKitWorld : IAsyncDisposable
{
    public const string Email = "ada@example.com";
    public const string Secret = "world_secret_of_32_bytes_or_more_";

    /// <summary>What all outward calls of a turn have together.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>What Stripe's share of a turn is, and of looking for a payer: limits, no waits.</summary>
    public static readonly TimeSpan[] Limits = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5)];

    public static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static readonly Person Ada = new("Ada Lovelace", Email, null);

    private readonly RunningPassKitSandbox running;
    private readonly ServiceProvider services;

    private PassKitWorld(RunningPassKitSandbox running, SteppingClock clock, PassKitOptions options)
    {
        (this.running, Clock) = (running, clock);
        Transport = new HttpTransport(running.Address);
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddFakeLogging().SetMinimumLevel(LogLevel.Trace))
            .AddMetrics()
            .AddPassKit(new ConfigurationBuilder().AddInMemoryCollection([new("PASSKIT_REST_URL", running.Address.ToString())]).Build())
            .AddSingleton<CustomersMetrics>()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(new Random(20261124))
            .AddSingleton<IPassKitTransport>(Transport)
            .AddSingleton<IChangePublisher>(Changes)
            .AddSingleton<ICheckoutSessions, MemoryCheckouts>()
            .AddSingleton(Options.Create(options))
            .AddSingleton(options.ToSettings())
            .BuildServiceProvider();
    }

    public SteppingClock Clock { get; }

    public HttpTransport Transport { get; }

    public PassKitSandbox Sandbox => running.Sandbox;

    /// <summary>What subscribers are told.</summary>
    public RecordingChanges Changes { get; } = new();

    public IServiceProvider Services => services;

    public PassSync Sync => services.GetRequiredService<PassSync>();

    public PassKitClient Client => services.GetRequiredService<PassKitClient>();

    public FakeLogCollector Logs => services.GetFakeLogCollector();

    /// <summary>Verb and path of what was called, oldest first; ids of members and the program are left out.</summary>
    public IReadOnlyList<string> Calls => [.. Sandbox.Calls.All.Select(call => $"{call.Verb} {Short(call.Path)}")];

    public static PassKitOptions Settings(
        string secret = Secret, string key = "key", string program = "program", PassKitOptions.MetadataPolicy metadata = PassKitOptions.MetadataPolicy.Own) =>
        new() { ApiKey = key, ApiSecret = secret, ProgramId = program, Metadata = metadata };

    /// <param name="options">What the app is set up with; the sandbox always has key, secret, program and the tiers gold and silver.</param>
    /// <param name="skew">How far the sandbox's clock is ahead.</param>
    /// <param name="secret">The sandbox's own secret.</param>
    /// <param name="program">The sandbox's own program.</param>
    public static async Task<PassKitWorld> StartAsync(PassKitOptions? options = null, TimeSpan skew = default, string secret = Secret, string program = "program")
    {
        var clock = new SteppingClock(Start);
        var sandbox = new PassKitSandboxOptions { ApiKey = "key", ApiSecret = secret, ProgramId = program, TierIds = ["gold", "silver"] };
        TimeProvider theirs = skew == TimeSpan.Zero ? clock : new FakeTimeProvider(Start + skew);
        return new PassKitWorld(
            await PassKitSandboxApp.StartAsync(sandbox, theirs, TestContext.Current.CancellationToken), clock, options ?? Settings());
    }

    /// <summary>A pass that should be valid for thirty days.</summary>
    public static WantedPass Wanted(string customer = "cus_1", string tier = "gold", Person? person = null, string? link = null) => new(
        customer,
        new PassContent
        {
            Tier = tier,
            Person = person ?? Ada,
            Expiry = Start.AddDays(30),
            Metadata = Metadata(customer, "active"),
        },
        Honoured: true,
        link,
        LastPaidAt: null);

    /// <summary>A pass that is over.</summary>
    public static WantedPass Over(WantedPass wanted, DateTimeOffset at) => wanted with
    {
        Honoured = false,
        Content = wanted.Content! with { Expiry = at, Metadata = Metadata(wanted.CustomerId, "ended") },
    };

    /// <summary>One attempt with a turn's budget; waits between tries pass at once.</summary>
    public async Task<PassRecord> SyncAsync(WantedPass wanted, PassRecord? pass = null, bool force = false)
    {
        using var budget = new CancellationTokenSource(Budget, Clock);
        return await Clock.DriveAsync(Sync.RunAsync(wanted, pass ?? new PassRecord(), force, hinted: false, (_, _) => Task.CompletedTask, budget.Token), Budget);
    }

    /// <summary>What the calls of a piece of work were.</summary>
    public async Task<(PassRecord Pass, IReadOnlyList<string> Calls)> CallsOfAsync(WantedPass wanted, PassRecord pass, bool force = false)
    {
        Sandbox.Calls.Clear();
        var after = await SyncAsync(wanted, pass, force);
        return (after, Calls);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Transport.Dispose();
        await running.DisposeAsync();
    }

    private static ImmutableSortedDictionary<string, string> Metadata(string customer, string status) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("status", status).Add("stripeCustomerId", customer);

    private static string Short(string path) => path.Split('/') switch
    {
        ["", "members", "member", "id", ..] => "member",
        ["", "members", "member", "externalId", _, var id] => $"member of {id}",
        ["", "members", "member"] => "member",
        ["", "members", "program", ..] => "program",
        [.., var last] => last,
        _ => path,
    };
}
