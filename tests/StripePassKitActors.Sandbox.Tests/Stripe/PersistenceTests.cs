using Microsoft.Extensions.Time.Testing;
using Stripe;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class PersistenceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    private StripeSandboxOptions Options => new() { Data = Path.Combine(folder.FullName, "deeper", "stripe.db") };

    [Fact]
    public async Task A_restart_goes_on_where_it_was()
    {
        var time = new FakeTimeProvider(Merchant.Opening);
        Subscription subscription;
        await using (var before = await Merchant.StartAsync(Options, time)) subscription = await before.SubscribeAsync();

        time.Advance(TimeSpan.FromDays(32));
        await using var after = await Merchant.StartAsync(Options, time);

        var read = await after.ReadAsync(subscription);
        Assert.Equal((subscription.CustomerId, "paid", "subscription_cycle"), (read.CustomerId, read.LatestInvoice.Status, read.LatestInvoice.BillingReason));
        Assert.Equal(Merchant.Opening.AddMonths(1).AddHours(1).UtcDateTime, read.LatestInvoice.StatusTransitions.PaidAt);
        Assert.DoesNotContain((await after.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Merchant.Stop)).Id, subscription.CustomerId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_files_taken_at_any_moment_is_whole()
    {
        await using var stripe = await Merchant.StartAsync(Options);
        await stripe.SubscribeAsync();
        var source = new FileInfo(Options.Data!).Directory!;

        // What a kill leaves behind: the files as they are, nothing closed.
        var copy = folder.CreateSubdirectory("copy");
        foreach (var file in source.GetFiles().OrderBy(file => file.Extension)) file.CopyTo(Path.Combine(copy.FullName, file.Name));
        using var revived = new StripeSandbox(new StripeSandboxOptions { Data = Path.Combine(copy.FullName, "stripe.db") }, stripe.Time);

        Assert.Single(revived.Call("GET", "/v1/subscriptions")["data"]!.AsArray());
    }

    [Fact]
    public async Task An_attempt_whose_answer_was_not_seen_is_made_again_after_the_restart()
    {
        var time = new FakeTimeProvider(Merchant.Opening);
        await using var webhook = await Receiver.StartAsync(time);
        var options = Options with { WebhookUrl = webhook.Url, WebhookSecret = Receiver.Secret, Patience = Timeout.InfiniteTimeSpan };
        using (var stopped = new StripeSandbox(options, time)) stopped.Call("POST", "/v1/customers");

        var sandbox = new StripeSandbox(options, time);
        await using var app = await StripeSandboxApp.StartAsync(sandbox, StripeSandboxApp.AnyPort, Merchant.Stop);
        await sandbox.SettledAsync(Merchant.Stop);

        Assert.Equal("customer.created", Assert.Single(webhook.Events).Type);
    }

    [Fact]
    public void The_same_calls_make_the_same_account()
    {
        Assert.Equal(Play(1), Play(1));
        Assert.NotEqual(Play(1), Play(2));

        static string Play(int seed)
        {
            using var sandbox = new StripeSandbox(new StripeSandboxOptions { Seed = seed }, new FakeTimeProvider(Merchant.Opening));
            sandbox.Call("POST", "/v1/customers", ("name", "Ada"));
            return sandbox.Call("GET", "/v1/events").ToJsonString();
        }
    }

    public void Dispose() => folder.Delete(recursive: true);
}
