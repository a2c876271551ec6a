using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

public sealed class TurnTests
{
    [Fact]
    public async Task A_turn_saves_all_its_events_at_once_and_then_what_became_of_the_pass()
    {
        await using var world = await StartAsync();

        var outcomes = await world.TakeAsync(
            Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Charge(100)), Event("evt_3", Facts.Charge(200, "ch_2")), Event("evt_4"));

        Assert.Equal([Outcome.Applied, Outcome.Applied, Outcome.Applied, Outcome.Ignored], outcomes);
        Assert.Collection(
            world.State.Commits,
            begun => Assert.Equal(["charge-ch_1", "charge-ch_2", "customer", "stamp"], begun.Order(StringComparer.Ordinal)),
            ended => Assert.Equal(["customer", "stamp"], ended));
        Assert.Equal(["POST member"], world.PassKit.Calls);
        var inspection = await world.InspectAsync();
        Assert.Equal([new SpendInspection("usd", 300)], inspection.Spend);
        Assert.Equal(("gold", PassState.Synced), (inspection.Tier, inspection.Pass.State));
    }

    [Theory]
    [InlineData(TierSource.Highest, true)]
    [InlineData(TierSource.Subscription, true)]
    [InlineData(TierSource.Spend, false)]
    [InlineData(TierSource.SpendWhileSubscribed, false)]
    public async Task B2_A_price_that_maps_to_no_tier_is_told_only_where_prices_earn_one(TierSource source, bool told)
    {
        await using var world = await StartAsync(membership: ActorWorld.Membership with { Source = source });

        await world.TakeAsync(Event("evt_1", Facts.Subscription(price: "price_other")));

        Assert.Equal(told, world.PassKit.Logs.GetSnapshot().Any(log => log.Id.Id == 2204));
    }

    [Fact]
    public async Task B2_A_price_that_maps_to_no_tier_is_told_once_for_each_change_of_its_subscription()
    {
        await using var world = await StartAsync();
        using var unmapped = new MetricCollector<long>(world.PassKit.Services.GetRequiredService<IMeterFactory>(), CustomersMetrics.Name, "customers.unmapped");
        var other = Facts.Subscription(price: "price_other");

        await world.TakeAsync(Event("evt_1", other));
        await world.TakeAsync(Event("evt_2", Facts.Charge(100)), Event("evt_1", other));
        Assert.Contains("price_other", Assert.Single(Warnings()).Message, StringComparison.Ordinal);
        Assert.Contains(ActorWorld.CustomerId, Warnings()[0].Message, StringComparison.Ordinal);

        await world.TakeAsync(Event("evt_3", Facts.Subscription(price: "price_another", seconds: 1)));
        Assert.Equal(2, Warnings().Count);

        await world.TakeAsync(Event("evt_4", Facts.Subscription(seconds: 2)));
        await world.TakeAsync(Event("evt_5", Facts.Subscription("canceled", "price_other", seconds: 3)));
        await world.TakeAsync(Event("evt_6", Quantity(0)));
        Assert.Equal(2, Warnings().Count);
        Assert.Equal(2, unmapped.GetMeasurementSnapshot().EvaluateAsCounter());

        List<FakeLogRecord> Warnings() => [.. world.PassKit.Logs.GetSnapshot().Where(log => log.Id.Id == 2204)];

        static SubscriptionFact Quantity(long quantity)
        {
            var none = Facts.Subscription(price: "price_other") with { Id = "sub_2" };
            return none with { Items = [none.Items[0] with { Quantity = quantity }] };
        }
    }

    [Fact]
    public async Task M4_A_dispute_status_that_is_not_known_is_told_once_and_takes_nothing_away()
    {
        await using var world = await StartAsync();
        using var unknown = new MetricCollector<long>(world.PassKit.Services.GetRequiredService<IMeterFactory>(), CustomersMetrics.Name, "customers.disputes.unknown");
        await world.TakeAsync(Event("evt_1", Facts.Charge(60_000)));

        await world.TakeAsync(Event("evt_2", Disputed("escalated", 1)));
        await world.TakeAsync(Event("evt_2", Disputed("escalated", 1)), Event("evt_3", Disputed("escalated", 2)), Event("evt_4", Disputed("escalated", 0)));
        await world.TakeAsync(Event("evt_5", Disputed("won", 3)));

        var told = Assert.Single(world.PassKit.Logs.GetSnapshot(), log => log.Id.Id == 2209).Message;
        Assert.All(["cus_1", "dp_1", "escalated"], part => Assert.Contains(part, told, StringComparison.Ordinal));
        Assert.Equal(1, unknown.GetMeasurementSnapshot().EvaluateAsCounter());
        Assert.Equal(60_000, Assert.Single((await world.InspectAsync()).Spend).Amount);

        static DisputeFact Disputed(string status, int seconds) =>
            new() { Id = "dp_1", AsOf = Facts.At($"evt_{status}_{seconds}", seconds), ChargeId = "ch_1", Amount = 60_000, Status = status, Created = PassKitWorld.Start };
    }

    [Fact]
    public async Task B2_A_subscription_that_could_not_be_saved_is_not_told_of()
    {
        await using var world = await StartAsync();
        world.State.FailingCommits = 1;

        await world.ApplyAsync(Event("evt_1", Facts.Subscription(price: "price_other")));

        Assert.DoesNotContain(world.PassKit.Logs.GetSnapshot(), log => log.Id.Id == 2204);
    }

    [Fact]
    public async Task A_repeated_event_writes_and_calls_nothing()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Charge(100)));
        world.ForgetJournal();
        world.PassKit.Sandbox.Calls.Clear();

        var outcomes = await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Charge(100)), Event("evt_1", Facts.Subscription(), Facts.Charge(100)));

        Assert.Equal([Outcome.Duplicate, Outcome.Duplicate], outcomes);
        Assert.Empty(world.Journal);
        Assert.Empty(world.PassKit.Calls);
    }

    [Fact]
    public async Task A_repeated_event_that_fifty_others_pushed_out_of_memory_still_writes_nothing()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        await world.TakeAsync([.. Enumerable.Range(2, 50).Select(number => Event($"evt_{number}"))]);
        world.ForgetJournal();

        Assert.Equal([Outcome.Duplicate], await world.TakeAsync(Event("evt_1", Facts.Subscription())));
        Assert.Empty(world.Journal);
    }

    [Fact]
    public async Task Full_pages_of_charge_ids_are_kept_each_under_a_key_of_its_own()
    {
        await using var world = await StartAsync();
        for (var i = 0; i < 110; i += 11)
            await world.TakeAsync([.. Enumerable.Range(i, 11).Select(number => Event($"evt_{number}", Facts.Charge(1, $"ch_{number}")))]);

        Assert.Equal(["charges-0", "charges-1"], world.State.Keys(CustomerActor.TypeName, ActorWorld.CustomerId).Where(key => key.StartsWith("charges-", StringComparison.Ordinal)));
        Assert.Contains("\"ch_0\"", world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "charges-0"), StringComparison.Ordinal);
        Assert.Contains("\"ch_99\"", world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "charges-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_fact_does_not_park_its_neighbours()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_0", Facts.Charge(100)));

        var answer = await world.ApplyAsync(
            Event("evt_1", Facts.Charge(200, "ch_2")), Event("evt_bad", Facts.Charge(7, currency: "eur", seconds: 9)), Event("evt_3", Facts.Charge(300, "ch_3")));

        Assert.Equal([Outcome.Applied, null, Outcome.Applied], answer.Events.Select(taken => taken.Outcome));
        Assert.Contains("never changes its currency", answer.Events[1].Rejection, StringComparison.Ordinal);
        Assert.Equal([new SpendInspection("usd", 600)], (await world.InspectAsync()).Spend);
    }

    [Fact]
    public async Task An_event_with_one_bad_fact_changes_nothing_by_its_good_ones()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_0", Facts.Charge(100)));
        world.ForgetJournal();

        await world.ApplyAsync(Event("evt_bad", Facts.Charge(200, "ch_2"), Facts.Charge(7, currency: "eur", seconds: 9)));

        Assert.Empty(world.Journal);
        Assert.Equal(["charge-ch_1", "customer"], world.State.Keys(CustomerActor.TypeName, ActorWorld.CustomerId));
    }

    [Fact]
    public async Task A_sum_beyond_all_numbers_is_rejected_and_nothing_else()
    {
        await using var world = await StartAsync();
        var full = """{"schemaVersion":1,"customerId":"cus_1","spend":[{"currency":"usd","amount":9223372036854775807}]}""";
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "customer", full);

        var answer = await world.ApplyAsync(Event("evt_1", Facts.Charge(1)), Event("evt_2", Facts.Charge(1, "ch_2", "eur")));

        Assert.Equal([null, Outcome.Applied], answer.Events.Select(taken => taken.Outcome));
    }

    [Fact]
    public async Task A_turn_that_could_not_save_answers_a_failure_and_the_next_starts_from_what_was_saved()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_0", Facts.Charge(100)));
        world.State.FailingCommits = 1;

        var failed = await world.ApplyAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Charge(200, "ch_2")));

        Assert.NotNull(failed.Failure);
        Assert.Empty(failed.Events);
        var inspection = await world.InspectAsync();
        Assert.Empty(inspection.Subscriptions);
        Assert.Equal([new SpendInspection("usd", 100)], inspection.Spend);

        Assert.Equal([Outcome.Applied, Outcome.Applied], await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Charge(200, "ch_2"))));
        Assert.Equal([new SpendInspection("usd", 300)], (await world.InspectAsync()).Spend);
        Assert.Equal("cus_1", Assert.Single(world.PassKit.Sandbox.Members).ExternalId);
    }

    [Fact]
    public async Task A_turn_that_could_not_read_answers_a_failure_and_calls_nobody()
    {
        await using var world = await StartAsync();
        world.State.FailingReads = 1;

        Assert.NotNull((await world.ApplyAsync(Event("evt_1", Facts.Subscription()))).Failure);

        Assert.Empty(world.Journal);
        Assert.Empty(world.PassKit.Calls);
    }

    [Fact]
    public async Task Who_was_never_heard_of_is_nobody_and_stays_so()
    {
        await using var world = await StartAsync();

        Assert.Equal(new InspectionAnswer(null, null), await world.AskAsync());
        Assert.Equal(new InspectionAnswer(null, null), await world.SyncAsync());
        Assert.Empty(world.Journal);
    }

    [Fact]
    public async Task State_of_a_newer_schema_is_refused_and_never_overwritten()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var newer = """{"schemaVersion":99,"customerId":"cus_1","somethingNew":true}""";
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "customer", newer);
        world.ForgetJournal();

        Assert.NotNull((await world.ApplyAsync(Event("evt_2", Facts.Charge(100)))).Failure);
        Assert.NotNull((await world.AskAsync()).Failure);
        Assert.NotNull((await world.SyncAsync()).Failure);
        await world.WakeAsync();

        Assert.Equal(newer, world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer"));
        Assert.DoesNotContain($"{CustomerActor.TypeName} saved", world.Journal);
    }

    [Fact]
    public async Task A_change_of_which_no_turn_saved_how_it_ended_is_looked_at_before_anything_is_believed()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(2));
        world.State.CommitsUntilFailure = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_3", Facts.Subscription("unpaid", seconds: 30)))).Failure);
        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);

        // What is wanted now is what was told last, and PassKit shows something else.
        await world.TakeAsync(Event("evt_4", Facts.Subscription(seconds: 60)));

        Assert.False(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
    }

    [Fact]
    public async Task P4_A_pass_that_is_over_is_not_revived_by_events_of_a_Stripe_whose_clock_is_ahead()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 30)));
        world.PassKit.Sandbox.Calls.Clear();

        await world.TakeAsync(Event("evt_3", Facts.Subscription("unpaid", seconds: 125)));

        Assert.Empty(world.PassKit.Calls);
        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
    }

    [Theory]
    [InlineData(PassKitOptions.MetadataPolicy.Merge)]
    [InlineData(PassKitOptions.MetadataPolicy.Own)]
    public async Task P2_What_an_earlier_setting_showed_under_another_key_is_taken_away_with_the_next_turn(PassKitOptions.MetadataPolicy policy)
    {
        await using var world = await StartAsync(passKit: PassKitWorld.Settings(metadata: policy));
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!;
        await world.PassKit.Client.UpdateAsync(member.Id, null, new Dictionary<string, string>(member.MetaData) { ["note"] = "The last payment failed." }, null, null, TestContext.Current.CancellationToken);
        var record = JsonNode.Parse(world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer"))!;
        record["pass"]!["told"]!["metadata"]!["note"] = "The last payment failed.";
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "customer", record.ToJsonString());

        await world.TakeAsync(Event("evt_2", Facts.Charge(100, seconds: 60)));

        Assert.Equal("", world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.MetaData.GetValueOrDefault("note", ""));

        // Whose key it is by then is not known: it is taken away once.
        world.PassKit.Sandbox.Calls.Clear();
        await world.TakeAsync(Event("evt_3", Facts.Charge(100, id: "ch_2", seconds: 120)));
        Assert.Empty(world.PassKit.Calls);
    }
}
