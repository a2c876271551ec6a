using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Tests;

/// <summary>Who asked to be forgotten is not brought back by what Stripe made before, and begins anew with what it makes later (rule B10).</summary>
public sealed class ForgottenTests
{
    private static readonly DateTimeOffset Then = Given.Now;

    public static TheoryData<string> Kinds => ["charge", "subscription", "invoice", "purchase", "session"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void B10_What_Stripe_made_until_then_writes_nothing_and_what_it_made_a_second_later_is_taken(string kind)
    {
        foreach (var seconds in new[] { -1, 0 }) Nothing(Forgotten(), Made(kind, Then.AddSeconds(seconds)));
        Assert.Equal(Outcome.Applied, Tell(Forgotten(), Made(kind, Then.AddSeconds(1))).Outcome);
    }

    [Fact]
    public void B10_What_does_not_tell_when_it_was_made_is_taken_for_old()
    {
        Nothing(Forgotten(), Given.Subscription("active"));
        Nothing(Forgotten(), new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(90), Paid = true });
    }

    [Fact]
    public void B10_A_purchase_that_was_written_down_without_the_time_of_its_making_is_as_old_as_its_payment()
    {
        Nothing(Forgotten(), Given.Purchase(paidAt: Then));
        Assert.Equal(Outcome.Applied, Tell(Forgotten(), Given.Purchase(paidAt: Then.AddSeconds(1))).Outcome);
    }

    [Fact]
    public void B10_A_new_thing_that_changes_nothing_leaves_it_that_nothing_is_known()
    {
        Nothing(Forgotten(), Given.Purchase() with { Created = Then.AddSeconds(1), Items = [], LinesRead = true });
        var anew = Forgotten().Then(Made("subscription", Then.AddSeconds(1)));
        Assert.Equal(Outcome.Stale, Tell(anew, Given.Purchase() with { Created = Then.AddSeconds(1), Items = [], LinesRead = true }).Outcome);
    }

    [Fact]
    public void B10_A_refund_or_a_dispute_is_as_old_as_its_charge()
    {
        Fact[] later = [Given.Refund(400, asOf: Given.At(90, "evt_r")), Given.Dispute("lost", asOf: 90)];
        foreach (var fact in later)
        {
            Nothing(Forgotten(), fact);
            Assert.Equal(Outcome.Applied, Tell(Forgotten().Then(Made("charge", Then.AddSeconds(1))), fact).Outcome);
        }
    }

    [Fact]
    public void B10_An_event_with_one_new_thing_in_it_is_taken_for_that_alone()
    {
        var after = Tell(Forgotten(), Made("charge", Then), Made("subscription", Then.AddSeconds(1)));

        Assert.Equal(Outcome.Applied, after.Outcome);
        Assert.Empty(after.Customer.State.Spend);
        Assert.Single(after.Customer.State.Subscriptions);
    }

    [Fact]
    public void B10_Of_the_customer_object_only_its_end_is_taken_without_the_person_and_only_by_what_began_anew()
    {
        var deleted = Given.CustomerWith(("passkit_pin_tier", "gold")) with { Name = "Ada", Email = "ada@example.com", Phone = "+491511234567", Deleted = true, AsOf = Given.At(1, "evt_x") };
        var anew = Forgotten().Then(Made("subscription", Then.AddSeconds(1)));

        Nothing(Forgotten(), deleted);
        foreach (var fact in new[] { deleted with { Deleted = false }, deleted with { AsOf = Given.At(0, "evt_y") } }) Assert.Null(Tell(anew, fact).Customer.State.Customer);
        var end = Tell(anew, deleted).Customer.State;
        Assert.Equal((true, null, null, null), (end.Customer!.Deleted, end.Customer.Name, end.Customer.Email, end.Customer.Phone));
        Assert.Empty(end.Metadata);
        Assert.Equal("Ada", Tell(Given.Customer(), deleted).Customer.State.Customer!.Name);
    }

    [Fact]
    public void B10_An_event_that_says_nothing_is_not_written_down_of_whom_nothing_is_known()
    {
        var empty = new CustomerEvent("evt_empty", "test", []);
        var (forgotten, known) = (Forgotten(), Given.Customer(Given.Charge(1000)));

        Assert.Same(forgotten, forgotten.Apply(empty, Given.Now).Customer);
        Assert.Equal("evt_empty", known.Apply(empty, Given.Now).Customer.State.RecentEvents[^1].Id);
    }

    [Fact]
    public void B10_Who_began_anew_or_belongs_to_somebody_else_is_not_forgotten()
    {
        Assert.True(Forgotten().State.IsForgotten);
        Assert.False(Given.Customer().State.IsForgotten);
        Assert.False((Forgotten().State with { ForwardTo = "cus_2" }).IsForgotten);
        Assert.False(Forgotten().Then(Made("subscription", Then.AddSeconds(1))).State.IsForgotten);
    }

    private static Fact Made(string kind, DateTimeOffset at) => kind switch
    {
        "charge" => Given.Charge(1000) with { Created = at },
        "subscription" => Given.Subscription("active") with { Created = at },
        "invoice" => new InvoiceFact { Id = "in_1", AsOf = Given.At(90), SubscriptionId = "sub_1", Created = at, Open = true },
        "purchase" => Given.Purchase(paidAt: Then.AddDays(3)) with { Created = at },
        _ => new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(90), Created = at, Paid = true },
    };

    private static Customer Forgotten()
    {
        var nobody = Given.Nobody("cus_1");
        return nobody with { State = nobody.State with { ForgottenAt = Then } };
    }

    private static (Customer Customer, Outcome Outcome) Tell(Customer customer, params Fact[] facts) => customer.Apply(new CustomerEvent("evt_told", "test", [.. facts]), Given.Now);

    private static void Nothing(Customer customer, Fact fact)
    {
        var after = Tell(customer, fact);

        Assert.Equal(Outcome.Ignored, after.Outcome);
        Assert.Same(customer, after.Customer);
    }
}
