using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Doctor;

/// <summary>From what Stripe said to the lines about it.</summary>
public sealed class StripeChecksTests
{
    private static readonly StripeOptions Test = new() { ApiKey = "rk_test_1", Livemode = false };

    private static readonly StripeOptions Live = new() { ApiKey = "rk_live_1", Livemode = true };

    private const string Ours = "https://club.example/webhooks/stripe";

    private static readonly string Needed = string.Join(' ', NeededEvents.All);

    [Fact]
    public void A_key_that_works_and_may_read_everything() =>
        Lines.Assert(["ok works, in test mode", "ok all that is read or written may be"], KeyCheck.Judge(new StripeReading { Prices = [Sold("price_1")] }, Test));

    [Fact]
    public void A_secret_key_may_too_much() => Lines.Assert(
        ["ok works, in test mode", "warn it is a secret key, which may do everything. Make a restricted one (rk_…)"],
        KeyCheck.Judge(new StripeReading(), new StripeOptions { ApiKey = "sk_test_1", Livemode = false }));

    [Theory]
    [InlineData(true, null, "error nothing can be read: charges answers 401. Check Stripe:ApiKey: in Stripe's dashboard")]
    [InlineData(true, "acct_1", "error nothing can be read: charges answers 401. Check Stripe:ApiKey and Stripe:Account: in")]
    [InlineData(false, null, "error nothing can be read: charges answers 401. Check that this machine may call Stripe")]
    public void A_key_that_does_not_work(bool refused, string? account, string line) => Lines.Assert(
        [line],
        KeyCheck.Judge(new StripeReading { Unread = "charges answers 401", KeyRefused = refused }, new StripeOptions { ApiKey = "rk_test_1", Livemode = false, Account = account }));

    [Fact]
    public void A_key_whose_objects_are_of_the_other_mode() => Lines.Assert(
        ["error it shows prices of test mode, and Stripe:Livemode is true. Make them agree.", "ok all"],
        KeyCheck.Judge(new StripeReading { Prices = [Sold("price_1")] }, Live));

    [Fact]
    public void A_permission_that_is_missing_is_named() => Lines.Assert(
        ["ok works", "error the key may not read Disputes. Give it Read on Disputes (rak_dispute_read); see docs/stripe-permissions.md."],
        KeyCheck.Judge(new StripeReading { Refused = [StripePermissions.Read.Single(one => one.Resource == "disputes")] }, Test));

    [Fact]
    public void What_may_not_be_written_is_a_warning() => Lines.Assert(
        ["ok works", "warn the key may not write Subscriptions: there Stripe does not show who holds a pass. Give it Write on Subscriptions (rak_subscription_write), or empty"],
        KeyCheck.Judge(new StripeReading { Unwritable = [StripePermissions.Write[1]] }, Test));

    public static TheoryData<string, bool, string, string[]> Endpoints => new()
    {
        { Ours, true, Needed, [$"ok {Ours} is sent all {NeededEvents.All.Count} events that are needed", $"ok {Ours} has the account's default; any is read"] },
        { "https://club.example/a/webhooks/stripe/", true, Needed, ["ok", "ok"] },
        { Ours, false, Needed, [$"error {Ours} is disabled: no event arrives. Stripe does so after days without an answer. Mend what it leads to, then run: connect stripe --url {Ours}"] },
        { Ours, true, Needed.Replace("refund.failed", "", StringComparison.Ordinal).Trim(), [$"error {Ours} is not sent refund.failed. Run: connect stripe --url {Ours}", $"ok {Ours} has the account's"] },
        { Ours, true, Needed + " payout.paid", [$"warn {Ours} is sent payout.paid, which nothing needs.", $"ok {Ours} has the account's"] },
        { Ours, true, "*", [$"warn {Ours} is sent everything that happens in the account", $"ok {Ours} has the account's"] },
        { "http://club.example/webhooks/stripe", true, Needed, ["warn http://club.example/webhooks/stripe is no https address", "ok", "ok"] },
        { "http://localhost:8080/webhooks/stripe", true, Needed, ["warn http://localhost:8080/webhooks/stripe is an address of a machine's own, which Stripe cannot reach.", "ok", "ok"] },
        { "https://club.example/other", true, Needed, ["error no address of one ends in /webhooks/stripe: no event arrives. Run: connect stripe --url https://…/webhooks/stripe"] },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Endpoint(string url, bool enabled, string events, string[] lines) =>
        Lines.Assert(lines, EndpointCheck.Judge(Read(At(url, enabled, events)), null, Test));

    [Theory]
    [InlineData("2026-10-28.endive", $"ok {Ours} has 2026-10-28.endive; any since 2018 is read")]
    [InlineData("2017-05-25", $"warn {Ours} has 2017-05-25, which is older than what was ever tried.")]
    public void The_version_of_events(string version, string line) =>
        Lines.Assert(["ok", line], EndpointCheck.Judge(Read(At(Ours) with { ApiVersion = version }), null, Test));

    [Fact]
    public void Where_it_is_told_which_endpoint_is_meant_no_other_counts()
    {
        Lines.Assert(["error none leads to https://club.example/webhooks/stripe: no event arrives."], EndpointCheck.Judge(Read(At("https://old.example/webhooks/stripe")), new Uri(Ours), Test));
        Lines.Assert(["ok", "ok"], EndpointCheck.Judge(Read(At("https://old.example/webhooks/stripe"), At(Ours)), new Uri(Ours), Test));
    }

    [Fact]
    public void Two_endpoints_may_tell_everything_twice() => Lines.Assert(
        ["ok", "ok", "ok", "ok", "warn 2 of them end in /webhooks/stripe"], EndpointCheck.Judge(Read(At("https://old.example/webhooks/stripe"), At(Ours)), null, Test));

    [Fact]
    public void Endpoints_that_the_key_may_not_list() => Lines.Assert(
        ["skipped the key may not list them. Give it Read on Webhook Endpoints (rak_webhook_read)"],
        EndpointCheck.Judge(new StripeReading(), null, Test));

    [Fact]
    public void Plans_that_all_earn_a_tier() =>
        Lines.Assert(["ok 3 of 3 prices on sale earn a tier"], Plans([Sold("price_1"), Sold("price_2", lookupKey: "gold"), Sold("price_3", product: "prod_3")], "price_1", "gold", "prod_3"));

    [Fact]
    public void A_plan_that_nothing_in_Stripe_is_called() =>
        Lines.Assert(["warn is no price, lookup key or product that Stripe knows. Mend or remove Membership:Plans:gould.", "ok 1"], Plans([Sold("price_1")], "gould", "price_1"));

    [Fact]
    public void A_plan_whose_price_is_no_longer_sold() =>
        Lines.Assert(["warn is no longer sold: it counts for who holds it, and nobody can buy it.", "ok 1"], Plans([Sold("price_1"), Sold("price_0") with { Active = false }], "price_0", "price_1"));

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "warn is no longer sold")]
    public void A_plan_that_names_a_product_without_prices(bool sold, string? line)
    {
        var read = new StripeReading { Prices = [Sold("price_1")], Products = new Dictionary<string, bool> { ["prod_9"] = sold } };

        Lines.Assert([.. line is null ? Array.Empty<string>() : [line], "ok 1"], PlanCheck.Judge(read, Membership("prod_9", "price_1"), "passkit_tier"));
    }

    [Fact]
    public void What_can_be_subscribed_to_and_earns_nothing_is_named_and_what_is_sold_once_is_not() => Lines.Assert(
        ["warn 1 of the prices on sale can be subscribed to and earn no tier: price_2 (Towels). If they should, name them in Membership:Plans", "ok 1 of 3"],
        Plans([Sold("price_1"), Sold("price_2") with { Product = "Towels" }, Sold("price_3") with { Recurring = false }], "price_1"));

    [Fact]
    public void A_tier_for_what_is_unmapped_is_said() => Lines.Assert(
        ["ok 1 of the prices on sale map to no tier and earn gold (Membership:UnmappedPlanTier): price_1 (Gold card)"],
        PlanCheck.Judge(new StripeReading { Prices = [Sold("price_1")] }, Membership() with { UnmappedPlanTier = "gold" }, "passkit_tier"));

    [Fact]
    public void Where_nothing_earns_a_tier_nobody_gets_a_pass() =>
        Lines.Assert(["error nothing that can be bought earns a tier: nobody gets a pass."], Plans([Sold("price_1") with { Recurring = false }]));

    [Fact]
    public void Where_spend_alone_counts_no_plan_need_earn_anything() =>
        Assert.Empty(PlanCheck.Judge(new StripeReading { Prices = [Sold("price_1")] }, Membership() with { Source = TierSource.Spend }, "passkit_tier"));

    [Fact]
    public void Metadata_that_names_no_tier() => Lines.Assert(
        ["warn its metadata passkit_tier names tier 'gould', which Membership:Tiers does not have.", "ok 1"],
        Plans([Sold("price_1"), Sold("price_2") with { Item = new PurchasedItem { PriceId = "price_2", MetadataTier = "gould" }, Recurring = false }], "price_1"));

    [Fact]
    public void Prices_that_may_not_be_read() =>
        Lines.Assert(["skipped the key may not read prices and products"], PlanCheck.Judge(new StripeReading(), Membership(), "passkit_tier"));

    [Fact]
    public void Where_nothing_could_be_read_nothing_more_is_said()
    {
        var read = new StripeReading { Unread = "status 503" };

        Assert.Empty(EndpointCheck.Judge(read, null, Test).Concat(PlanCheck.Judge(read, Membership(), "passkit_tier")));
    }

    private static IEnumerable<Finding> Plans(StripePrice[] prices, params string[] plans) =>
        PlanCheck.Judge(new StripeReading { Prices = prices }, Membership(plans), "passkit_tier");

    private static MembershipSettings Membership(params string[] plans) => new()
    {
        Tiers = [new Tier("gold", "Gold", 1, ImmutableSortedDictionary<string, long>.Empty)],
        Plans = plans.ToImmutableDictionary(plan => plan, _ => "gold"),
    };

    private static StripePrice Sold(string id, string? lookupKey = null, string? product = null) =>
        new(new PurchasedItem { PriceId = id, LookupKey = lookupKey, ProductId = product }, "Gold card", Recurring: true, Active: true, Livemode: false);

    private static StripeReading Read(params StripeEndpoint[] endpoints) => new() { Endpoints = endpoints };

    private static StripeEndpoint At(string url, bool enabled = true, string? events = null) =>
        new("we_1", url, enabled, (events ?? Needed).Split(' ', StringSplitOptions.RemoveEmptyEntries), null);
}
