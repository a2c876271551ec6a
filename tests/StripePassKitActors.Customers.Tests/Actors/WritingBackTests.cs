using System.Net;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>What becomes of the pass stands in Stripe's metadata, and nothing waits for that (rule S1).</summary>
public sealed class WritingBackTests
{
    private readonly FakeMetadata stripe = new();

    [Fact]
    public async Task S1_Whoever_gets_a_pass_has_it_in_Stripe_and_the_subscription_its_link()
    {
        await using var world = await StartAsync(metadata: stripe);

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        var inspection = await world.InspectAsync();
        Assert.Equal(
            (inspection.Pass.MemberId, inspection.Pass.Url, "gold", "active"),
            (stripe["passkit_member_id"], stripe["passkit_url"], stripe["passkit_tier"], stripe["passkit_status"]));
        Assert.Equal(stripe["passkit_url"], stripe.Held["sub_1 passkit_url"]);
        Assert.Equal(new(StripeMetadataState.Written, null, null), inspection.StripeMetadata);
    }

    [Fact]
    public async Task S1_What_our_own_writing_causes_is_never_written_again()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Equal(2, stripe.Writes.Count);

        for (var turn = 1; turn <= 20; turn++)
        {
            await world.TakeAsync(Event($"evt_customer_{turn}", Facts.Person("ada@example.com", turn)), Event($"evt_subscription_{turn}", Facts.Subscription(seconds: turn)));
            await world.WakeAsync();
        }

        await world.SyncAsync();
        Assert.Equal(2, stripe.Writes.Count);
    }

    [Fact]
    public async Task S1_Only_what_changed_is_written()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Writes.Clear();

        await world.TakeAsync(Event("evt_2", Facts.Subscription("past_due", seconds: 60), Facts.Failure(PassKitWorld.Start)));

        var (write, _) = Assert.Single(stripe.Writes);
        Assert.Equal("cus_1", write.Id);
        Assert.Equal([KeyValuePair.Create("passkit_status", "grace")], write.Values);
    }

    [Fact]
    public async Task S1_A_value_that_the_merchant_edits_is_left_alone_until_ours_changes()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Held["cus_1 passkit_tier"] = "platinum";

        await world.TakeAsync(Event("evt_2", Facts.Subscription("past_due", seconds: 60), Facts.Failure(PassKitWorld.Start)));
        Assert.Equal(("platinum", "grace"), (stripe["passkit_tier"], stripe["passkit_status"]));

        await world.TakeAsync(Event("evt_3", Facts.Subscription(price: "price_silver", seconds: 120)));
        Assert.Equal(("silver", "active"), (stripe["passkit_tier"], stripe["passkit_status"]));
    }

    [Fact]
    public async Task S1_The_same_again_after_something_else_is_a_write_of_its_own()
    {
        await using var world = await StartAsync(metadata: stripe);

        foreach (var (turn, price) in new[] { (1, "price_gold"), (2, "price_silver"), (3, "price_gold"), (4, "price_silver"), (5, "price_gold") })
        {
            await world.TakeAsync(Event($"evt_{turn}", Facts.Subscription(price: price, seconds: turn * 60)));
            Assert.Equal(price[6..], stripe["passkit_tier"]);
        }

        Assert.Equal(stripe.Writes.Count, stripe.Writes.Select(write => write.Key).Distinct().Count());
    }

    [Fact]
    public async Task S1_What_Stripe_does_not_take_never_fails_the_pass_and_is_tried_again_when_the_reminder_fires()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = _ => new StripeUnavailableException("status 503");

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        var inspection = await world.InspectAsync();
        Assert.Equal((PassState.Synced, StripeMetadataState.Pending, "status 503"), (inspection.Pass.State, inspection.StripeMetadata.State, inspection.StripeMetadata.LastError));
        Assert.Equal(inspection.StripeMetadata.NextAttempt, world.Reminders.Due);
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));
        Assert.Single(stripe.Writes); // while it waits no turn writes

        await world.WakeWhenDueAsync();
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));

        stripe.Fails = _ => null;
        await world.WakeWhenDueAsync();
        Assert.Equal(("gold", StripeMetadataState.Written), (stripe["passkit_tier"], (await world.InspectAsync()).StripeMetadata.State));
        Assert.Equal(Facts.PeriodEnd.AddDays(3), world.Reminders.Due);
    }

    [Fact]
    public async Task S1_What_Stripe_asks_to_wait_is_waited()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = _ => new StripeUnavailableException("status 429", TimeSpan.FromMinutes(10));

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.True((await world.InspectAsync()).StripeMetadata.NextAttempt >= world.Now.AddMinutes(10));
    }

    [Fact]
    public async Task S1_After_an_answer_that_was_lost_all_keys_are_written_again()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Fails = _ => new StripeUnavailableException("no answer");
        stripe.LosesAnswers = true;
        await world.TakeAsync(Event("evt_2", Facts.Subscription(price: "price_silver", seconds: 60)));
        Assert.Equal("silver", stripe["passkit_tier"]);

        // What is wanted again is what was last known to be written.
        await world.TakeAsync(Event("evt_3", Facts.Subscription(seconds: 120)));
        stripe.Fails = _ => null;
        await world.WakeWhenDueAsync();

        Assert.Equal("gold", stripe["passkit_tier"]);
        Assert.Equal(6, stripe.Writes.Where(write => write.Write.Id == "cus_1").Max(write => write.Write.Values.Count));
    }

    [Fact]
    public async Task S1_After_a_turn_whose_end_was_not_saved_all_keys_are_written_again()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.State.CommitsUntilFailure = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_2", Facts.Subscription(price: "price_silver", seconds: 60)))).Failure);
        Assert.Equal("silver", stripe["passkit_tier"]);

        // The merchant changed their mind before the event came again.
        await world.TakeAsync(Event("evt_3", Facts.Subscription(seconds: 120)));

        Assert.Equal("gold", stripe["passkit_tier"]);
        stripe.Writes.Clear();
        await world.TakeAsync(Event("evt_2", Facts.Subscription(price: "price_silver", seconds: 60)), Event("evt_4", Facts.Person("ada@example.com", 180)));
        Assert.Empty(stripe.Writes);
    }

    [Fact]
    public async Task S1_What_was_begun_is_saved_before_it_is_written_even_if_the_pass_stays_as_it_is()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = _ => new StripeUnavailableException("status 503");
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Fails = _ => null;
        stripe.Writes.Clear();
        world.PassKit.Clock.Advance(world.Reminders.Due!.Value - world.Now);
        world.State.FailingCommits = 1;

        await world.WakeAsync();
        Assert.Empty(stripe.Writes);

        await world.WakeAsync();
        Assert.Equal(2, stripe.Writes.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "customers answers 400; it takes 50 keys of metadata, 40 characters of a key and 500 of a value")]
    [InlineData(HttpStatusCode.Forbidden, "customers answers 400")]
    public async Task S1_What_Stripe_refuses_is_shown_and_tried_again_once_a_day(HttpStatusCode status, string told)
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = id => id == "cus_1" ? new StripeRefusedException("customers answers 400", status) : null;

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        var inspection = await world.InspectAsync();
        Assert.Equal((PassState.Synced, StripeMetadataState.Refused, told), (inspection.Pass.State, inspection.StripeMetadata.State, inspection.StripeMetadata.LastError));
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromHours(18), TimeSpan.FromHours(30));
        Assert.Contains("sub_1 passkit_url", stripe.Held.Keys); // the one object says nothing of the other

        stripe.Fails = _ => null;
        await world.SyncAsync();
        Assert.Equal(("gold", StripeMetadataState.Written), (stripe["passkit_tier"], (await world.InspectAsync()).StripeMetadata.State));
    }

    [Fact]
    public async Task S1_One_object_that_Stripe_refuses_holds_back_nothing_but_itself()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = id => id == "cus_1" ? new StripeRefusedException("customers answers 400") : null;
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var due = (await world.InspectAsync()).StripeMetadata.NextAttempt;
        stripe.Writes.Clear();

        await world.TakeAsync(Event("evt_2", Facts.Subscription(price: "price_silver", seconds: 60) with { Id = "sub_2" }));

        Assert.Equal("sub_2", Assert.Single(stripe.Writes).Write.Id);
        var inspection = await world.InspectAsync();
        Assert.Equal((StripeMetadataState.Refused, due, "customers answers 400"), (inspection.StripeMetadata.State, inspection.StripeMetadata.NextAttempt, inspection.StripeMetadata.LastError));

        stripe.Fails = _ => null;
        await world.WakeWhenDueAsync();
        Assert.Equal(("gold", StripeMetadataState.Written), (stripe["passkit_tier"], (await world.InspectAsync()).StripeMetadata.State));
    }

    [Fact]
    public async Task S1_What_was_answered_is_not_written_again_for_the_sake_of_what_was_not()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = id => id == "sub_1" ? new StripeUnavailableException("no answer within a turn's time") : null;
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Equal(["cus_1", "sub_1"], stripe.Writes.Select(write => write.Write.Id));
        stripe.Writes.Clear();

        await world.WakeWhenDueAsync();

        Assert.Equal("sub_1", Assert.Single(stripe.Writes).Write.Id);
    }

    [Fact]
    public async Task S1_Two_programs_that_hear_of_the_same_customer_write_without_a_word_of_each_other()
    {
        await using var ours = await StartAsync(metadata: stripe);
        await using var theirs = await StartAsync(metadata: stripe, keys: new StripeMetadataKeys { Tier = "club_tier", Url = "club_url" }, program: "club");

        await ours.TakeAsync(Event("evt_1", Facts.Subscription()));
        await theirs.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal(("gold", "gold"), (stripe["passkit_tier"], stripe["club_tier"]));
        Assert.Equal(StripeMetadataState.Written, (await theirs.InspectAsync()).StripeMetadata.State);
    }

    [Fact]
    public async Task S1_A_number_that_was_used_before_as_after_a_restored_backup_is_followed_by_the_next_one()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription(price: "price_silver")));
        world.State.Lose(Customers.Actors.CustomerActor.TypeName, ActorWorld.CustomerId);

        await world.TakeAsync(Event("evt_2", Facts.Subscription(seconds: 60)));
        Assert.Equal(("silver", StripeMetadataState.Pending), (stripe["passkit_tier"], (await world.InspectAsync()).StripeMetadata.State));
        await world.WakeWhenDueAsync();

        Assert.Equal(("gold", StripeMetadataState.Written), (stripe["passkit_tier"], (await world.InspectAsync()).StripeMetadata.State));
    }

    [Fact]
    public async Task S1_A_customer_whom_Stripe_does_not_know_is_refused()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Missing.Add("cus_1");

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal((StripeMetadataState.Refused, "Stripe knows no such customer"), ((await world.InspectAsync()).StripeMetadata.State, (await world.InspectAsync()).StripeMetadata.LastError));
    }

    [Fact]
    public async Task S1_A_deleted_customer_is_written_no_more()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = _ => new StripeUnavailableException("status 503");
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Writes.Clear();

        await world.TakeAsync(Event("evt_2", Facts.Person("ada@example.com", 60) with { Deleted = true }));
        await world.WakeWhenDueAsync();

        Assert.Empty(stripe.Writes);
        Assert.NotEqual(StripeMetadataState.Pending, (await world.InspectAsync()).StripeMetadata.State);
    }

    [Fact]
    public async Task S1_Nothing_is_written_of_a_pass_that_PassKit_has_yet_to_take()
    {
        await using var world = await StartAsync(metadata: stripe);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Empty(stripe.Writes);

        world.PassKit.Sandbox.Faults.Clear();
        await world.WakeWhenDueAsync();
        Assert.Equal("gold", stripe["passkit_tier"]);
    }

    [Fact]
    public async Task S1_While_the_pass_waits_the_reminder_does_not_ask_for_what_cannot_be_written()
    {
        await using var world = await StartAsync(metadata: stripe);
        stripe.Fails = _ => new StripeUnavailableException("status 503");
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403));
        await world.TakeAsync(Event("evt_2", Facts.Subscription(price: "price_silver", seconds: 60)));

        await world.WakeWhenDueAsync();

        Assert.True(world.Reminders.Due > world.Now.AddMinutes(5));
    }

    [Fact]
    public async Task S1_Without_a_key_nothing_is_written_or_kept()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal(StripeMetadataState.None, (await world.InspectAsync()).StripeMetadata.State);
        Assert.DoesNotContain("stripeMetadata", world.State.Stored(Customers.Actors.CustomerActor.TypeName, ActorWorld.CustomerId, "customer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B10_Whoever_is_forgotten_is_forgotten_in_Stripes_metadata_too()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Held["cus_1 theirs"] = "stays";

        var forgotten = await world.ForgetAsync();

        Assert.Equal((null, null), (forgotten.Failure, forgotten.Customer!.StripeMetadataLeft));
        Assert.Equal(["cus_1 theirs"], stripe.Held.Keys);
    }

    [Fact]
    public async Task B10_What_a_turn_wrote_whose_end_was_not_saved_is_cleared_too()
    {
        await using var world = await StartAsync(metadata: stripe);
        world.State.CommitsUntilFailure = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_1", Facts.Subscription()))).Failure);
        Assert.NotEmpty(stripe.Held);

        Assert.Null((await world.ForgetAsync()).Failure);

        Assert.Empty(stripe.Held);
    }

    [Fact]
    public async Task B10_While_Stripe_does_not_answer_nothing_of_the_state_is_forgotten_and_asking_again_ends_it()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Fails = _ => new StripeUnavailableException("status 503");

        var failed = await world.ForgetAsync();
        Assert.Equal("The metadata in Stripe could not be cleared: status 503. What is known of the customer is still known; ask again.", failed.Failure);
        Assert.NotNull((await world.AskAsync()).Customer);

        stripe.Fails = _ => null;
        Assert.Null((await world.ForgetAsync()).Failure);
        Assert.Empty(stripe.Held);
        Assert.Equal(stripe.Writes.Count, stripe.Writes.Select(write => write.Key).Distinct().Count());
    }

    [Fact]
    public async Task B10_What_Stripe_refuses_to_clear_is_said_in_the_answer_and_keeps_nobody_from_being_forgotten()
    {
        await using var world = await StartAsync(metadata: stripe);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        stripe.Fails = id => id == "cus_1" ? new StripeRefusedException("customers answers 403", HttpStatusCode.Forbidden) : null;

        var forgotten = await world.ForgetAsync();

        Assert.Equal("customers answers 403", forgotten.Customer!.StripeMetadataLeft);
        Assert.Null((await world.AskAsync()).Customer);
        Assert.DoesNotContain("sub_1 passkit_url", stripe.Held.Keys);
    }
}
