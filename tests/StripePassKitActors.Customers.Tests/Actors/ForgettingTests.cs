using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.Actors;

public sealed class ForgettingTests
{
    private static readonly MembershipSettings Forgetful = ActorWorld.Membership with { OnCustomerDeleted = DeletedPolicy.Forget };

    [Fact]
    public async Task Who_is_forgotten_is_gone_from_PassKit_the_letters_the_map_of_owners_and_the_state()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 120);
        await world.Owners.RememberAsync(new Dictionary<string, string> { ["pi_7"] = "cus_1", ["pi_other"] = "cus_2" }, TestContext.Current.CancellationToken);
        await ParkAsync(world, "evt_hers", "cus_1", "{}");
        await ParkAsync(world, "evt_of_her_payment", "pi_7", "{}");
        await ParkAsync(world, "evt_unread", null, """{"data":{"object":{"customer":"cus_1"}}}""");
        await ParkAsync(world, "evt_no_json", null, JsonSerializer.Serialize("""{"customer":"cus_1","customer":1}"""u8.ToArray()));
        await ParkAsync(world, "evt_anothers", "cus_10", """{"customer":"cus_10"}""");

        var forgotten = await world.ForgetAsync();

        Assert.Null(forgotten.Failure);
        Assert.Equal(("cus_1", true, 120, 1, 4), (forgotten.Customer!.CustomerId, forgotten.Customer.MemberDeleted, forgotten.Customer.Charges, forgotten.Customer.Subscriptions, forgotten.Customer.DeadLetters));
        Assert.Null(world.PassKit.Sandbox.Find("cus_1"));
        Assert.Equal("evt_anothers", Assert.Single((await world.ListAsync()).Letters).Id);
        Assert.Equal((null, "cus_2"), (await Owner("pi_7"), await Owner("pi_other")));
        var left = JsonNode.Parse(Tombstone(world))!.AsObject();
        Assert.Equal(
            ("cus_1", CustomerState.CurrentSchema, "2026-11-24T12:00:00+00:00"),
            ((string?)left["customerId"], (int)left["schemaVersion"]!, (string?)left["forgottenAt"]));
        Assert.Equal(new PassRecord(), left["pass"].Deserialize<PassRecord>(JsonSerializerOptions.Web));
        Assert.Equal(["awaitedCharges", "customerId", "forgottenAt", "pagedCharges", "pass", "schemaVersion", "stamp", "version"], left.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Null((await world.AskAsync()).Customer);
        Assert.Null(world.Reminders.Due);

        Task<string?> Owner(string payment) => world.Owners.FindAsync(payment, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task B10_A_bank_debit_that_was_begun_before_brings_nobody_back_when_it_goes_through()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Session(customer: "cus_1", payment: "unpaid")));
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.ForgetAsync();
        world.Clock.Advance(TimeSpan.FromDays(3));

        await world.DeliverAsync(
            StripeThings.Event("evt_2", StripeThings.Charge(60_000), 3 * 86_400, "charge.succeeded"),
            StripeThings.Event("evt_3", StripeThings.Session(customer: "cus_1"), 3 * 86_400, "checkout.session.async_payment_succeeded"));

        Assert.Empty(world.PassKit.Sandbox.Members);
        Assert.True((await world.RecordAsync())!.IsForgotten);
    }

    [Fact]
    public async Task B10_An_event_that_cannot_be_applied_is_not_kept_where_its_customer_is_forgotten_in_the_same_turn()
    {
        await using var world = await ActorWorld.StartAsync(membership: Forgetful);
        await world.TakeAsync(ActorWorld.Event("evt_1", Facts.Charge(500)));

        var answer = await world.ApplyAsync(
            ActorWorld.Event("evt_2", new CustomerFact { Id = "cus_1", AsOf = Facts.At("evt_2", 60), Deleted = true }),
            ActorWorld.Event("evt_3", Facts.Charge(500, currency: "eur", seconds: 61)));

        Assert.Null(answer.Failure);
        Assert.Equal([(Outcome.Applied, null), (Outcome.Ignored, null)], answer.Events.Select(taken => (taken.Outcome!.Value, taken.Rejection)));
    }

    [Fact]
    public async Task Whoever_nobody_heard_of_cannot_be_forgotten_and_who_was_forgotten_can_once_more()
    {
        await using var world = await ActorWorld.StartAsync();

        Assert.Equal(new ForgetAnswer(null, null), await world.ForgetAsync());

        await FillAsync(world, charges: 1);
        await world.ForgetAsync();
        var again = await world.ForgetAsync();
        Assert.Equal((false, 0, 0, 0), (again.Customer!.MemberDeleted, again.Customer.Charges, again.Customer.Subscriptions, again.Customer.DeadLetters));
    }

    [Theory]
    [InlineData("cus_1", true)]
    [InlineData("cus_2", false)] // the merchant gave it to somebody else since
    public async Task B9_B10_A_linked_member_that_another_took_the_place_of_is_deleted_too(string owner, bool deleted)
    {
        await using var world = await ActorWorld.StartAsync();
        var (first, second) = (await TheirsAsync("till_7"), await TheirsAsync("till_8"));
        await LinkAsync(first, 0);
        await LinkAsync(second, 60);
        var gives = new Dictionary<string, string> { ["stripeCustomerId"] = owner };
        await world.PassKit.Client.SetExpiryAsync(first, Facts.PeriodEnd, TestContext.Current.CancellationToken); // the content of what is over stays
        await world.PassKit.Client.UpdateAsync(first, null, gives, null, null, TestContext.Current.CancellationToken);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 404, Path: $"member/id/{first}")); // one wrong answer leaves no pass behind

        Assert.Null((await world.ForgetAsync()).Failure);

        Assert.Equal(deleted ? [] : [first], world.PassKit.Sandbox.Members.Select(member => member.Id));

        Task LinkAsync(string member, int seconds) => world.TakeAsync(ActorWorld.Event(
            $"evt_{member}",
            Facts.Subscription(),
            Facts.Person(PassKitWorld.Email, seconds) with { Metadata = Facts.Person("").Metadata.Add("passkit_link_member", member) }));

        Task<string> TheirsAsync(string externalId)
        {
            var content = PassKitWorld.Wanted().Content!;
            return world.PassKit.Client.EnrolAsync(externalId, content with { Metadata = content.Metadata.Clear() }, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(503)]
    [InlineData(403)]
    public async Task While_PassKit_deletes_nothing_nothing_is_forgotten(int status)
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 60);
        await ParkAsync(world, "evt_hers", "cus_1", "{}");
        var before = Keys(world);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Verb: "DELETE", Status: status));

        var refused = await world.ForgetAsync();

        Assert.Contains("PassKit", refused.Failure, StringComparison.Ordinal);
        Assert.Null(refused.Customer);
        Assert.Equal(before, Keys(world));
        Assert.Single((await world.ListAsync()).Letters);
        Assert.Equal("Ada Lovelace", JsonDocument.Parse(Tombstone(world)).RootElement.GetProperty("customer").GetProperty("name").GetString());

        Assert.NotNull(world.PassKit.Sandbox.Find("cus_1"));
        world.PassKit.Sandbox.Faults.Clear();
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await world.ForgetAsync()).Customer!.MemberDeleted);
        Assert.Equal(["customer"], Keys(world));
    }

    [Theory]
    [InlineData("letters")]
    [InlineData("state")]
    public async Task What_broke_off_half_way_is_ended_by_asking_again(string breaks)
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 60);
        await ParkAsync(world, "evt_hers", "cus_1", "{}");
        if (breaks == "letters") world.ToLetters.Failing = 1;
        else world.State.FailingCommits = 2; // the letters' and the customer's own

        Assert.NotNull((await world.ForgetAsync()).Failure);
        world.State.FailingCommits = breaks == "state" ? 1 : 0;
        if (breaks == "state") Assert.NotNull((await world.ForgetAsync()).Failure);

        var forgotten = await world.ForgetAsync();
        Assert.Null(forgotten.Failure);
        Assert.Equal(60, forgotten.Customer!.Charges);
        Assert.Equal(["customer"], Keys(world));
        Assert.Empty((await world.ListAsync()).Letters);
        Assert.Null(world.PassKit.Sandbox.Find("cus_1"));
    }

    [Fact]
    public async Task A_member_whose_deletion_was_not_answered_is_no_reason_to_stop_at()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Verb: "DELETE", Times: 3));

        await world.ForgetAsync();
        world.PassKit.Sandbox.Faults.Clear();
        Assert.Null((await world.ForgetAsync()).Failure);

        Assert.Equal(["customer"], Keys(world));
    }

    [Fact]
    public async Task In_the_wrong_region_nobody_is_taken_for_deleted()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 404));

        Assert.Contains("404 for the program", (await world.ForgetAsync()).Failure, StringComparison.Ordinal);
        Assert.Contains("charge-ch_0", Keys(world));
    }

    [Fact]
    public async Task What_a_guest_who_became_the_customer_left_in_PassKit_is_deleted_too()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        await world.PassKit.SyncAsync(PassKitWorld.Wanted("pi_9"));
        await world.PassKit.SyncAsync(PassKitWorld.Wanted("cus_2"));
        await world.TakeOverAsync(new Handover("pi_9", [Facts.Charge(100, "ch_9")], new PassRecord { MemberId = world.PassKit.Sandbox.Find("pi_9")!.Id }));

        await world.ForgetAsync();

        Assert.Equal((true, true, true), (world.PassKit.Sandbox.Find("pi_9") is null, world.PassKit.Sandbox.Find("cus_1") is null, world.PassKit.Sandbox.Find("cus_2") is not null));

        await world.PassKit.SyncAsync(PassKitWorld.Wanted("pi_8"));
        var late = await world.TakeOverAsync(new Handover("pi_8", [Facts.Charge(100, "ch_8")], new PassRecord { MemberId = world.PassKit.Sandbox.Find("pi_8")!.Id }));
        Assert.Equal((true, null), (late.PassTaken, late.Failure));
        Assert.Null(world.PassKit.Sandbox.Find("pi_8"));
        Assert.Equal(["customer"], Keys(world));
    }

    /// <summary>Whatever of the handover was saved before, and whether the guest had a pass.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B10_A_guest_who_became_the_customer_is_forgotten_with_the_customer(bool hadPass)
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync();
            await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Charge(60_000, customer: null)));
            if (hadPass) await world.DeliverAsync(StripeThings.Event("evt_2", StripeThings.Session()));
            await world.DeliverAsync(StripeThings.Event("evt_3", StripeThings.Subscription()));
            world.State.CommitsUntilFailure = at;
            broke = await world.TryAsync(StripeThings.Event("evt_4", StripeThings.Charge(60_000), 60, "charge.updated", """{"customer":null}""")) == 1;
            world.State.CommitsUntilFailure = null;
            if (broke && (await world.RecordAsync())!.FormerGuests.IsEmpty) continue; // nobody told the customer yet

            await world.ForgetAsync();

            Assert.Equal(["customer"], world.State.Keys(CustomerActor.TypeName, "pi_1"));
            var left = JsonNode.Parse(world.State.Stored(CustomerActor.TypeName, "pi_1", "customer"))!.AsObject();
            Assert.Equal(["awaitedCharges", "customerId", "forgottenAt", "pagedCharges", "pass", "schemaVersion", "stamp"], left.Select(pair => pair.Key).Where(key => key != "version").Order(StringComparer.Ordinal));
            Assert.Empty(world.PassKit.Sandbox.Members);
            Assert.Equal(new ForgetAnswer(null, null), (await world.AskToForgetAsync("pi_1")) with { Customer = null });
            Assert.True(at < 20);
        }
    }

    [Fact]
    public async Task B9_B10_A_pass_that_came_from_a_guest_and_that_a_linked_member_took_the_place_of_is_deleted_too()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Charge(60_000, customer: null)), StripeThings.Event("evt_2", StripeThings.Session()));
        var content = PassKitWorld.Wanted().Content!;
        var theirs = await world.PassKit.Client.EnrolAsync("till_7", content with { Metadata = content.Metadata.Clear() }, TestContext.Current.CancellationToken);
        await world.DeliverAsync(StripeThings.Event("evt_3", StripeThings.Charge(60_000), 60, "charge.updated", """{"customer":null}"""));
        await world.DeliverAsync(StripeThings.Event("evt_4", StripeThings.Customer("cus_1", ("passkit_link_member", theirs)), 120));
        Assert.Equal(2, world.PassKit.Sandbox.Members.Count);

        await world.ForgetAsync();

        Assert.Empty(world.PassKit.Sandbox.Members);
    }

    [Fact]
    public async Task B10_Payments_that_share_a_pass_by_email_are_forgotten_with_it_and_ask_PassKit_nothing_of_their_own()
    {
        await using var world = await PayersWorld.StartAsync(membership: ActorWorld.Membership with { Guests = GuestPolicy.ByEmail });
        var shared = GuestId.OfEmail("ada@example.com");
        foreach (var number in Enumerable.Range(1, 5))
        {
            await world.DeliverAsync(
                StripeThings.Event($"evt_{number}", StripeThings.Charge(10_000, $"ch_{number}", null)),
                StripeThings.Event($"evt_cs_{number}", StripeThings.Session($"cs_{number}", $"pi_{number}")));
        }

        Assert.Empty((await world.RecordAsync(shared))!.FormerGuests); // it would grow with every payment
        world.PassKit.Sandbox.Calls.Clear();
        await world.ForgetAsync(shared);

        Assert.All(world.PassKit.Calls, call => Assert.True(call == "DELETE member" || call.StartsWith($"GET member of {shared}", StringComparison.Ordinal), call));
        foreach (var number in Enumerable.Range(1, 5)) Assert.True((await world.RecordAsync($"pi_{number}"))!.IsForgotten);
        Assert.Empty(world.PassKit.Sandbox.Members);
    }

    [Fact]
    public async Task B10_A_guest_who_hands_over_to_somebody_who_was_forgotten_is_forgotten_too()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Charge(60_000, customer: null)), StripeThings.Event("evt_2", StripeThings.Session()));
        await world.DeliverAsync(StripeThings.Event("evt_3", StripeThings.Subscription()));
        await world.ForgetAsync();

        await world.DeliverAsync(StripeThings.Event("evt_4", StripeThings.Charge(60_000), 60, "charge.updated", """{"customer":null}"""));

        Assert.Empty(world.PassKit.Sandbox.Members);
        var left = (await world.RecordAsync("pi_1"))!;
        Assert.Equal((true, null, true), (left.IsForgotten, left.ForwardTo, left.RecentEvents.IsEmpty));
        Assert.Equal(["customer"], world.State.Keys(CustomerActor.TypeName, "pi_1"));
    }

    [Fact]
    public async Task B10_While_PassKit_deletes_no_guest_of_somebody_who_was_forgotten_the_log_holds_none_of_its_words()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        await world.ForgetAsync();
        await world.PassKit.SyncAsync(PassKitWorld.Wanted("pi_9"));
        var handover = new Handover("pi_9", [Facts.Charge(100, "ch_9")], new PassRecord { MemberId = world.PassKit.Sandbox.Find("pi_9")!.Id });
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Verb: "DELETE", Status: 403));

        var answer = await world.TakeOverAsync(handover);

        Assert.StartsWith("The member could not be deleted in PassKit: ", answer.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain(world.PassKit.Logs.GetSnapshot(), record => record.Exception is PassKitException);
        world.PassKit.Sandbox.Faults.Clear();
        Assert.Null((await world.TakeOverAsync(handover)).Failure);
        Assert.Null(world.PassKit.Sandbox.Find("pi_9"));
    }

    [Fact]
    public async Task B10_While_a_former_guest_cannot_be_reached_nothing_is_forgotten_and_asking_again_ends_it()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Charge(60_000, customer: null)), StripeThings.Event("evt_2", StripeThings.Session()));
        await world.DeliverAsync(StripeThings.Event("evt_4", StripeThings.Charge(60_000), 60, "charge.updated", """{"customer":null}"""));
        world.Calls.Failing = 1;

        Assert.NotNull((await world.AskToForgetAsync()).Failure);
        Assert.NotNull(await world.InspectAsync());
        await world.ForgetAsync();

        Assert.True((await world.RecordAsync("pi_1"))!.IsForgotten);
    }

    [Fact]
    public async Task B10_Whose_every_event_was_parked_is_forgotten_with_the_letters_that_hold_them()
    {
        await using var world = await ActorWorld.StartAsync();
        await ParkAsync(world, "evt_hers", "cus_1", """{"name":"Ada"}""");
        await ParkAsync(world, "evt_anothers", "cus_10", "{}");

        var forgotten = await world.ForgetAsync();

        Assert.Equal((1, world.Now), (forgotten.Customer!.DeadLetters, forgotten.Customer.ForgottenAt));
        Assert.Equal("evt_anothers", Assert.Single((await world.ListAsync()).Letters).Id);
        Assert.True((await world.RecordAsync())!.IsForgotten);
    }

    [Fact]
    public async Task B10_Letters_that_are_more_than_one_try_can_look_at_are_gone_after_some_and_are_counted_all()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        for (var i = 0; i < 6_100; i++) await ParkAsync(world, $"evt_{i}", null, i % 1_000 == 7 ? """{"customer":"cus_1"}""" : """{"customer":"cus_2"}""");
        world.ToLetters.BeforeAnswer = () =>
        {
            world.PassKit.Clock.Advance(TimeSpan.FromSeconds(2.1));
            return Task.CompletedTask;
        };

        var tries = 1;
        ForgetAnswer answer;
        for (answer = await world.ForgetAsync(); answer.Failure is not null; answer = await world.ForgetAsync()) Assert.True(++tries < 5);

        Assert.True(tries > 1);
        Assert.Equal((7, true), (answer.Customer!.DeadLetters, answer.Customer.MemberDeleted));
        Assert.Equal(["customer"], Keys(world));
        Assert.DoesNotContain("forgetting", Tombstone(world), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Stripe_made_before_stays_forgotten_however_late_it_is_told()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        await world.ForgetAsync();
        var tombstone = Tombstone(world);

        var outcomes = await world.TakeAsync(
            ActorWorld.Event("evt_1", Facts.Charge(700, "ch_late", seconds: 50)),
            ActorWorld.Event("evt_2", Facts.Person("ada@example.com", seconds: 60)),
            ActorWorld.Event("evt_3", Facts.Subscription(seconds: 70) with { Created = PassKitWorld.Start }),
            ActorWorld.Event("evt_4", Facts.Subscription(seconds: 70)),
            ActorWorld.Event("evt_5", new RefundFact { Id = "re_1", AsOf = Facts.At("evt_5", 80), ChargeId = "ch_0", Amount = 5, Status = "succeeded" }),
            ActorWorld.Event("evt_6", Facts.Person("ada@example.com", seconds: 90) with { Deleted = true }),
            ActorWorld.Event("evt_7", new CheckoutSessionFact { Id = "cs_1", AsOf = Facts.At("evt_7", 90), Created = PassKitWorld.Start, Email = "ada@example.com" }),
            ActorWorld.Event("evt_8"));

        Assert.All(outcomes, outcome => Assert.Equal(Outcome.Ignored, outcome));
        Assert.Equal(tombstone, Tombstone(world));
        Assert.Equal(["customer"], Keys(world));
    }

    [Fact]
    public async Task What_Stripe_makes_later_begins_anew_without_what_was_forgotten()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 1);
        await world.ForgetAsync();
        world.PassKit.Clock.Advance(TimeSpan.FromDays(1));

        var later = Facts.Charge(1_500, "ch_new", seconds: 90_000) with { Created = world.Now };
        Assert.Equal([Outcome.Applied, Outcome.Ignored], await world.TakeAsync(
            ActorWorld.Event("evt_new", later, new RefundFact { Id = "re_1", AsOf = later.AsOf, ChargeId = "ch_new", Amount = 100, Status = "succeeded" }),
            ActorWorld.Event("evt_old", Facts.Charge(90_000, "ch_late", seconds: 90_000))));

        var begun = await world.InspectAsync();
        Assert.Equal(1_400, Assert.Single(begun.Spend).Amount);
        Assert.Equal(["charge-ch_new", "customer"], Keys(world));

        // It ends for good when Stripe deletes the customer, of whom it still knows nobody.
        await world.TakeAsync(ActorWorld.Event("evt_gone", Facts.Person("ada@example.com", seconds: 100_000) with { Deleted = true }));
        Assert.Contains("deleted", (await world.InspectAsync()).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", Tombstone(world), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_Forget_a_deleted_customer_is_forgotten_in_the_turn_that_hears_of_it()
    {
        await using var world = await ActorWorld.StartAsync(membership: Forgetful);
        await FillAsync(world, charges: 3);

        Assert.Equal([Outcome.Applied], await world.TakeAsync(Deleted));

        Assert.Equal(["customer"], Keys(world));
        Assert.DoesNotContain("Ada", Tombstone(world), StringComparison.Ordinal);
        Assert.Null(world.PassKit.Sandbox.Find("cus_1"));
        Assert.Null(world.Reminders.Due);
        Assert.Equal([Outcome.Ignored], await world.TakeAsync(Deleted));
    }

    [Fact]
    public async Task With_Forget_and_PassKit_away_the_reminder_forgets_once_it_is_back()
    {
        await using var world = await ActorWorld.StartAsync(membership: Forgetful);
        await FillAsync(world, charges: 3);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail));

        Assert.Equal([Outcome.Applied], await world.TakeAsync(Deleted));
        await world.WakeWhenDueAsync();
        Assert.Contains("charge-ch_0", Keys(world));

        world.PassKit.Sandbox.Faults.Clear();
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(20));
        await world.WakeAsync();
        Assert.Equal(["customer"], Keys(world));
        Assert.Null(world.PassKit.Sandbox.Find("cus_1"));
        Assert.Null(world.Reminders.Due);
    }

    [Fact]
    public async Task With_Forget_a_pass_ends_even_while_PassKit_deletes_nothing()
    {
        await using var world = await ActorWorld.StartAsync(membership: Forgetful);
        await FillAsync(world, charges: 3);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Verb: "DELETE", Status: 403));

        await world.TakeAsync(Deleted);

        Assert.True(world.PassKit.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Equal(world.Now + TimeSpan.FromMinutes(15), world.Reminders.Due);
    }

    [Fact]
    public async Task With_End_a_deleted_customer_is_remembered()
    {
        await using var world = await ActorWorld.StartAsync();
        await FillAsync(world, charges: 3);

        await world.TakeAsync(Deleted);

        Assert.True(world.PassKit.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal(3, (await world.InspectAsync()).Charges.Length);
    }

    private static CustomerEvent Deleted => ActorWorld.Event("evt_deleted", Facts.Person("ada@example.com", seconds: -1) with { AsOf = Facts.At("evt_deleted", -1), Deleted = true });

    private static async Task FillAsync(ActorWorld world, int charges)
    {
        await world.TakeAsync(ActorWorld.Event("evt_ada", Facts.Person("ada@example.com")), ActorWorld.Event("evt_sub", Facts.Subscription()));
        for (var i = 0; i < charges; i += 30)
        {
            await world.TakeAsync([.. Enumerable.Range(i, Math.Min(30, charges - i)).Select(number => ActorWorld.Event(
                $"evt_ch_{number}", Facts.Charge(100, $"ch_{number}") with { PaymentIntentId = $"pi_{number}", AmountRefunded = number % 2 == 0 ? 100 : 0 }))]);
        }

        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.NotNull(world.PassKit.Sandbox.Find("cus_1"));
    }

    private static Task ParkAsync(ActorWorld world, string id, string? customer, string json) => world.Letters.ParkAsync(new DeadLetter
    {
        Id = id,
        Kind = DeadLetterKind.Event,
        CustomerId = customer,
        Reason = "no reason",
        ParkedAt = PassKitWorld.Start,
        Event = JsonDocument.Parse(json).RootElement,
    });

    private static IReadOnlyList<string> Keys(ActorWorld world) => world.State.Keys(CustomerActor.TypeName, ActorWorld.CustomerId);

    private static string Tombstone(ActorWorld world) => world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer");
}
