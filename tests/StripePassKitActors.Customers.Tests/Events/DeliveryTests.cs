using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Events;

public sealed class DeliveryTests
{
    [Fact]
    public async Task What_is_understood_is_applied_what_is_not_is_parked_and_what_nobody_needs_is_let_go()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");

        var answers = await app.DeliverAsync(
            Event("evt_1", Charge("ch_1", "cus_1", "usd")), Event("evt_2", """{"id":"ch_2","object":"charge","customer":"cus_1"}"""), Event("evt_3", """{"id":"pi_1","object":"payment_intent"}"""));

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS"], answers);
        Assert.Equal(["evt_1"], await RecentAsync(app, "cus_1"));
        Assert.Equal([("evt_2", "cus_1", "ch_2 has no amount.")], await ParkedAsync(app));
    }

    [Fact]
    public async Task What_its_customer_can_never_apply_is_parked_with_its_event_and_its_neighbours_are_applied()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        await app.DeliverAsync(Event("evt_1", Charge("ch_1", "cus_1", "usd")));

        Assert.Equal(["SUCCESS", "SUCCESS"], await app.DeliverAsync(Event("evt_2", Charge("ch_1", "cus_1", "eur")), Event("evt_3", Charge("ch_3", "cus_1", "eur"))));

        Assert.Equal(["evt_3", "evt_1"], await RecentAsync(app, "cus_1"));
        var letter = Assert.Single(await ParkedAsync(app));
        Assert.Equal(("evt_2", "cus_1"), (letter.Id, letter.Customer));
        Assert.Equal("ch_1", JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/dead-letters/evt_2"))!["event"]!["data"]!["object"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_the_events_of_a_customer_whose_turn_failed_come_again()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.State.Store(CustomerActor.TypeName, "cus_1", "customer", """{"schemaVersion":99,"customerId":"cus_1"}""");

        Assert.Equal(
            ["RETRY", "SUCCESS", "RETRY"],
            await app.DeliverAsync(Event("evt_1", Charge("ch_1", "cus_1", "usd")), Event("evt_2", Charge("ch_2", "cus_2", "usd")), Event("evt_3", Charge("ch_3", "cus_1", "usd"))));
        Assert.Equal(["evt_2"], await RecentAsync(app, "cus_2"));
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task What_cannot_be_parked_comes_again()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.State.FailingCommits = 1;

        Assert.Equal(["RETRY"], await app.DeliverAsync(Event("evt_1", """{"id":"ch_1","object":"charge","customer":"cus_1"}""")));
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task F6_A_replayed_dispute_reaches_the_customer_who_paid()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        await app.DeliverAsync(Event("evt_0", Charge("ch_1", "cus_1", "usd", "\"pi_1\"")));
        app.PlainState.Failing = 2;
        await app.DeliverDeadAsync("evt_1", Event("evt_1", """{"id":"du_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1","amount":1000,"status":"lost","created":1795521600}"""));
        Assert.Equal(["evt_1"], (await ParkedAsync(app)).Select(letter => letter.Id));

        Assert.Equal("applied", JsonNode.Parse(await app.AskAsync(HttpMethod.Post, "/api/dead-letters/evt_1/replay"))!["outcome"]!.GetValue<string>());

        Assert.Equal(["evt_1", "evt_0"], await RecentAsync(app, "cus_1"));
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task B2_A_replayed_change_of_a_price_is_passed_on_to_those_who_hold_it()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token", "--Stripe:ApiKey=rk_test_1", "--Stripe:Livemode=false");
        app.State.FailingCommits = 2;
        await app.DeliverDeadAsync("evt_1", """{"id":"evt_1","object":"event","type":"price.updated","created":1795521600,"data":{"object":{"id":"price_1","object":"price"},"previous_attributes":{"metadata":{}}}}""");
        Assert.Single(await ParkedAsync(app));

        Assert.Equal("applied", JsonNode.Parse(await app.AskAsync(HttpMethod.Post, "/api/dead-letters/evt_1/replay"))!["outcome"]!.GetValue<string>());

        Assert.Equal(["walk"], app.State.Keys(CatalogueActor.TypeName, "price-price_1"));
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task A_letter_whose_cause_is_gone_is_applied_when_it_is_replayed_and_is_then_gone()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        await app.DeliverAsync(Event("evt_0", Charge("ch_1", "cus_1", "eur")));
        await app.DeliverAsync(Event("evt_1", Charge("ch_1", "cus_1", "usd")));

        Assert.Equal("rejected", JsonNode.Parse(await app.AskAsync(HttpMethod.Post, "/api/dead-letters/evt_1/replay"))!["outcome"]!.GetValue<string>());
        Assert.Equal(2, JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/dead-letters/evt_1"))!["attempts"]!.GetValue<int>());

        app.State.Store(CustomerActor.TypeName, "cus_1", "charge-ch_1", """{"id":"ch_1"}""");
        Assert.Equal("applied", JsonNode.Parse(await app.AskAsync(HttpMethod.Post, "/api/dead-letters/evt_1/replay"))!["outcome"]!.GetValue<string>());
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task Who_paid_the_charges_of_a_bulk_is_written_in_one_transaction_whatever_their_customers_make_of_them()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        await app.DeliverAsync(Event("evt_0", Charge("ch_1", "cus_1", "eur", "\"pi_1\"")));

        await app.DeliverAsync(
            Event("evt_1", Charge("ch_1", "cus_1", "usd", "\"pi_1\"")), // known, and it cannot be applied
            Event("evt_2", Charge("ch_2", "cus_2", "usd")),
            Event("evt_3", Charge("ch_3", "cus_3", "usd", """{"id":"pi_3","object":"payment_intent"}""")),
            Event("evt_5", """{"id":"re_1","object":"refund","charge":"ch_9","payment_intent":"pi_9","customer":"cus_9","amount":1}"""),
            Event("evt_6", """{"id":"ch_6","object":"charge","payment_intent":"pi_6","customer":"cus_6"}"""));

        Assert.Equal(2, app.PlainState.Transactions.Count);
        Assert.Equal(
            [("payment-ch_2", "\"cus_2\""), ("payment-pi_1", "\"cus_1\""), ("payment-pi_3", "\"cus_3\""), ("payment-pi_9", "\"cus_9\"")], app.PlainState.Stored);
    }

    [Fact]
    public async Task With_a_Stripe_key_who_paid_is_not_written_because_Stripe_can_be_asked()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token", "--Stripe:ApiKey=rk_test_1", "--Stripe:Livemode=false");

        Assert.Equal(["SUCCESS"], await app.DeliverAsync(Event("evt_1", Charge("ch_1", "cus_1", "usd"))));

        Assert.Empty(app.PlainState.Transactions);
        Assert.Equal(["evt_1"], await RecentAsync(app, "cus_1"));
    }

    [Fact]
    public async Task A_charge_whose_payer_could_not_be_written_comes_again_and_its_neighbours_do_not()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.PlainState.Failing = 1;
        string[] events = [Event("evt_1", Charge("ch_1", "cus_1", "usd")), Event("evt_2", """{"id":"cus_1","object":"customer"}"""), Event("evt_3", """{"id":"pi_1","object":"payment_intent"}""")];

        Assert.Equal(["RETRY", "SUCCESS", "SUCCESS"], await app.DeliverAsync(events));
        Assert.Equal(["SUCCESS"], await app.DeliverAsync(events[0]));

        Assert.Equal([("payment-ch_1", "\"cus_1\"")], app.PlainState.Stored);
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task A_charge_is_applied_while_its_payer_is_being_written_and_taken_when_both_are_done()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.State.AfterNextCommit = applied.SetResult;
        app.PlainState.BeforeAnswer = () => applied.Task; // were it written first, it would be given up

        Assert.Equal(["SUCCESS"], await app.DeliverAsync(Event("evt_1", Charge("ch_1", "cus_1", "usd"))));

        Assert.Equal([("payment-ch_1", "\"cus_1\"")], app.PlainState.Stored);
        Assert.Equal(["evt_1"], await RecentAsync(app, "cus_1"));
    }

    [Theory]
    [InlineData("evt/1")]
    [InlineData("evt 1?#")]
    [InlineData("")]
    public async Task An_event_whose_id_no_key_may_hold_is_parked_once_shown_and_discarded(string id)
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        var broken = Event(id, """{"id":"ch_1","object":"charge","customer":"cus_1"}""");

        await app.DeliverAsync(broken);
        await app.DeliverAsync(broken);

        var letter = Assert.Single(await ParkedAsync(app));
        Assert.Matches("^event-[0-9a-f]{32}$", letter.Id);
        Assert.Equal(id, JsonNode.Parse(await app.AskAsync(HttpMethod.Get, $"/api/dead-letters/{letter.Id}"))!["event"]!["id"]!.GetValue<string>());
        await app.AskAsync(HttpMethod.Delete, $"/api/dead-letters/{letter.Id}");
        Assert.Empty(await ParkedAsync(app));
    }

    [Fact]
    public async Task A_dead_event_that_cannot_be_parked_is_not_answered_when_the_app_stops_and_so_stays_with_the_broker()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.State.FailingCommits = 1_000;

        var delivery = app.DeliverDeadAsync("evt_1", Event("evt_1", Charge("ch_1", "cus_1", "usd")));
        await app.State.FailedAsync(commits: 2);
        await app.StopAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => delivery);
    }

    [Fact]
    public async Task A_dead_event_that_still_fails_is_parked_with_its_customer_and_type()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.State.FailingCommits = 2;

        await app.DeliverDeadAsync("evt_1", Event("evt_1", Charge("ch_1", "cus_1", "usd")));

        var letter = JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/dead-letters/evt_1"))!;
        Assert.Equal(("cus_1", "any.type"), (letter["customerId"]!.GetValue<string>(), letter["type"]!.GetValue<string>()));
    }

    private static string Charge(string id, string customer, string currency, string paymentIntent = "null") =>
        $$"""{"id":"{{id}}","object":"charge","payment_intent":{{paymentIntent}},"customer":"{{customer}}","created":1795521600,"currency":"{{currency}}","amount":1000,"amount_captured":1000,"status":"succeeded"}""";

    private static string Event(string id, string stripeObject) =>
        $$$"""{"id":"{{{id}}}","object":"event","type":"any.type","created":1795521600,"data":{"object":{{{stripeObject}}}}}""";

    private static async Task<IReadOnlyList<string>> RecentAsync(WholeApp app, string customer) =>
        [.. JsonNode.Parse(await app.AskAsync(HttpMethod.Get, $"/api/customers/{customer}"))!["recentEvents"]!.AsArray().Select(taken => taken!["id"]!.GetValue<string>())];

    private static async Task<IReadOnlyList<(string Id, string? Customer, string Reason)>> ParkedAsync(WholeApp app) =>
    [
        .. JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/dead-letters"))!["items"]!.AsArray()
            .Select(letter => (letter!["id"]!.GetValue<string>(), letter["customerId"]?.GetValue<string>(), letter["reason"]!.GetValue<string>())),
    ];
}
