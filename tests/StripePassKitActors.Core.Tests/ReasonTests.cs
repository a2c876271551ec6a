using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

/// <summary>Why somebody stands as they do, in the sentence that an operator reads.</summary>
public sealed class ReasonTests
{
    private static readonly InvoiceFact Unpaid = new() { Id = "in_1", AsOf = Given.At(1, "evt_in"), SubscriptionId = "sub_1", Created = Given.Now, Open = true, FailedAt = Given.Now };

    public static TheoryData<string, Fact[]> Said => new()
    {
        { "subscription sub_1 is active", [Given.Subscription("active")] },
        { "subscription sub_1 is trialing", [Given.Subscription("trialing")] },
        { "subscription sub_1 is active, to end 2026-12-24", [Given.Subscription("active") with { CancelAtPeriodEnd = true }] },
        { "subscription sub_1 is active, to end with its period", [Endless() with { CancelAtPeriodEnd = true }] },
        { "subscription sub_1 was to end 2026-11-20", [Given.Subscription("active") with { CancelAt = Given.Now.AddDays(-4) }] },
        { "subscription sub_1 was paid, and no renewal is known, until 2026-11-14", [Until(-10)] },
        { "subscription sub_1 is past due, honoured until 2026-12-15", [Given.Subscription("past_due"), Unpaid] },
        { "subscription sub_1 is past due and its grace ended 2026-11-15", [Given.Subscription("past_due"), Unpaid with { FailedAt = Given.Now.AddDays(-30) }] },
        { "subscription sub_1 is unpaid", [Given.Subscription("unpaid")] },
        { "subscription sub_1 is paused", [Given.Subscription("paused")] },
        { "subscription sub_1 was canceled", [Given.Subscription("canceled")] },
        { "subscription sub_1 is active, but none of its prices maps to a tier (price_a, price_b)", [Two("active", "price_a", "price_b")] },
        { "no subscription, no purchase, no spend and no pin earns a tier", [Two("canceled", "price_a", "price_b")] },
        { "no subscription, no purchase, no spend and no pin earns a tier", [Given.Subscription("incomplete")] },
        { "purchase cs_1 grants gold", [Given.Purchase()] },
        { "purchase cs_1 grants gold for 30 days", [Given.Purchase(30)] },
        { "purchase cs_1 granted gold until 2026-11-21", [Given.Purchase(1, paidAt: Given.Now.AddDays(-4))] },
        { "purchase cs_1 was refunded, or lost in a dispute", [Given.Charge(100) with { PaymentIntentId = "pi_1" }, Given.Purchase(), Given.Refund(100)] },
        { "net spend of 500.00 USD reaches gold (from 500.00 USD)", [Given.Charge(50_000)] },
        { "the customer's metadata pins gold", [Given.CustomerWith(("passkit_pin_tier", "gold"))] },
        { "dispute du_1 was lost, and nothing was paid since", [Given.Subscription("active"), Given.Charge(1000), Given.Dispute("lost")] },
    };

    [Theory]
    [MemberData(nameof(Said))]
    public void A_reason_names_what_decided(string reason, Fact[] facts) => Assert.Equal(reason, Given.Entitled(Given.Now, facts).Reason);

    [Theory]
    [InlineData("needs_response", "dispute du_1 is open, and nothing was paid since")]
    [InlineData("lost", "dispute du_1 is lost, and nothing was paid since")]
    public void B7_A_reason_says_whether_a_dispute_that_suspends_from_its_opening_on_is_open_or_lost(string status, string reason) => Assert.Equal(
        reason, Given.Entitled(Given.Settings with { OnDispute = DisputePolicy.SuspendWhenOpened }, Given.Subscription("active"), Given.Charge(1000), Given.Dispute(status)).Reason);

    [Fact]
    public void B4_A_reason_says_that_collection_is_paused() => Assert.Equal(
        "subscription sub_1 is active, its collection paused",
        Given.Entitled(Given.Settings with { HonourPausedCollection = false }, Given.Subscription("active") with { CollectionPaused = true }).Reason);

    [Fact]
    public void B1_A_reason_says_where_a_subscription_alone_earns_nothing_because_spend_must_and_only_there()
    {
        var both = Given.Settings with { Source = TierSource.SpendWhileSubscribed };
        const string Lacks = "subscribed, and no spend reaches a tier";
        const string Nothing = "no subscription, no purchase, no spend and no pin earns a tier";

        Assert.Equal(Lacks, Given.Entitled(both, Given.Subscription("active"), Given.Subscription("canceled", id: "sub_2")).Reason);
        Assert.Equal(Nothing, Given.Entitled(both, Given.Subscription("canceled")).Reason);
        Assert.Equal(Nothing, Given.Entitled(both).Reason);
        Assert.Equal(Nothing, Given.Entitled(Given.Settings with { Source = TierSource.Spend }, Given.Subscription("active")).Reason);
    }

    [Fact]
    public void M7_A_reason_says_where_refunds_are_kept() => Assert.Equal(
        "spend before refunds of 500.00 USD reaches gold (from 500.00 USD)", Given.Entitled(Given.Settings with { KeepRefunded = true }, Given.Charge(50_000), Given.Refund(1)).Reason);

    [Fact]
    public void B11_A_reason_says_what_a_guest_lacks() => Assert.Equal(
        "a guest's payment, and no paid checkout session of it is known", EntitlementRules.Of(Given.Nobody("pi_1").Then(Given.Charge(50_000)).State, Given.Settings, Given.Now).Reason);

    [Fact]
    public void What_was_earned_once_keeps_the_reason_why_it_is_over()
    {
        var told = new PassContent { Tier = "gold", Person = Person.Unknown, Expiry = PassContent.NoEnd, Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty };
        var state = Given.Customer().State with { Pass = new PassRecord { MemberId = "member", Told = told } };

        Assert.Equal("no subscription, no purchase, no spend and no pin earns a tier", EntitlementRules.Of(state, Given.Settings, Given.Now).Reason);
    }

    private static SubscriptionFact Until(int days) => Given.Subscription("active") with { Items = [Given.Subscription("active").Items[0] with { CurrentPeriodEnd = Given.Now.AddDays(days) }] };

    private static SubscriptionFact Endless() => Given.Subscription("active") with { Items = [Given.Subscription("active").Items[0] with { CurrentPeriodEnd = null }] };

    private static SubscriptionFact Two(string status, string one, string other) =>
        Given.Subscription(status, one) with { Items = [Given.Subscription(status, one).Items[0], Given.Subscription(status, other).Items[0]] };
}
