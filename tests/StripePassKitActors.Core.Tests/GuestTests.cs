using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

public sealed class GuestTests
{
    [Theory]
    [InlineData("pi_1", true)]
    [InlineData("ch_1", true)]
    [InlineData("py_1", true)]
    [InlineData("cs_1", true)]
    [InlineData("guest-0123", true)]
    [InlineData("cus_1", false)]
    [InlineData("acct_1", false)]
    [InlineData("ada", false)] // merchants could once choose the ids of their customers
    public void B11_A_guest_is_known_by_the_payment_and_never_by_what_a_customer_could_be_called(string id, bool guest) =>
        Assert.Equal(guest, Given.Nobody(id).State.IsGuest);

    [Fact]
    public void B11_Each_session_of_a_guest_is_remembered_once_with_what_the_latest_word_of_it_says()
    {
        var begun = new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(0), Created = Given.Now };

        var state = Given.Nobody("pi_1").Then(begun, begun with { Id = "cs_2", AsOf = Given.At(1) }, begun with { AsOf = Given.At(2), Paid = true }).State;

        Assert.Equal(["cs_1", "cs_2"], state.CheckoutSessions);
        Assert.True(state.Checkout!.Paid);
    }

    [Fact]
    public void B11_Whoever_became_a_customer_hands_over_while_anything_of_theirs_is_left()
    {
        var nothing = Given.Nobody("pi_1").State with { ForwardTo = "cus_1" };
        var session = new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(0) };

        Assert.False(nothing.IsHandingOver);
        Assert.True((nothing with { Checkout = session }).IsHandingOver);
        Assert.True((nothing with { PagedCharges = 50 }).IsHandingOver);
        Assert.True((nothing with { UnpagedCharges = ["ch_1"] }).IsHandingOver);
        Assert.True((nothing with { Purchases = [Given.Purchase()] }).IsHandingOver);
        Assert.False((nothing with { ForwardTo = null, Checkout = session, PagedCharges = 50 }).IsHandingOver);
    }

    [Fact]
    public void B11_A_guest_by_email_does_not_show_the_address_and_is_the_same_however_it_is_written()
    {
        var guest = GuestId.OfEmail(" Ada@Example.com ");

        Assert.Equal(GuestId.OfEmail("ada@example.com"), guest);
        Assert.NotEqual(GuestId.OfEmail("ada@example.org"), guest);
        Assert.Matches("^guest-[0-9a-f]{40}$", guest);
        Assert.True(CustomerId.TryParse(guest, out _));
    }

    [Fact]
    public void B11_A_guest_earns_nothing_before_a_completed_session_was_paid()
    {
        var guest = Given.Nobody("pi_1").Then(Given.Charge(50_000), Given.Purchase());

        Assert.Equal(EntitlementStatus.None, Of(guest).Status);
        Assert.Equal(EntitlementStatus.None, Of(guest.Then(Session(paid: false))).Status);
        Assert.Equal((EntitlementStatus.Active, "gold"), (Of(guest.Then(Session(paid: true))).Status, Of(guest.Then(Session(paid: true))).Tier?.Id));
    }

    [Fact]
    public void B11_A_session_that_was_paid_stays_so_whatever_other_session_comes()
    {
        var (paid, unpaid) = (Session(paid: true), Session(paid: false) with { Id = "cs_2", AsOf = Given.At(60, "evt_b") });

        foreach (var order in new Fact[][] { [paid, unpaid], [unpaid, paid] }) Assert.Equal(EntitlementStatus.Active, Of(Given.Nobody("guest-1").Then([Given.Charge(50_000), .. order])).Status);
    }

    [Fact]
    public void B11_A_customer_needs_no_session() => Assert.Equal(EntitlementStatus.Active, Of(Given.Customer(Given.Charge(50_000))).Status);

    [Fact]
    public void B11_The_pass_of_a_guest_who_became_somebody_is_over_and_names_whom()
    {
        var told = new PassContent { Tier = "gold", Person = Person.Unknown, Expiry = PassContent.NoEnd, Metadata = ImmutableSortedDictionary<string, string>.Empty };
        var guest = Given.Nobody("pi_1");
        guest = guest with { State = guest.State with { ForwardTo = "cus_1", Pass = new PassRecord { MemberId = "member", Told = told } } };

        Assert.Equal((EntitlementStatus.Ended, Given.Now), (Of(guest).Status, Of(guest).ExpiresAt));
        Assert.Contains("cus_1", Of(guest).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void B11_The_pass_of_a_guest_that_lapsed_already_is_over_since_then()
    {
        var told = new PassContent { Tier = "gold", Person = Person.Unknown, Expiry = Given.Now.AddDays(-5), Metadata = ImmutableSortedDictionary<string, string>.Empty };
        var guest = Given.Nobody("pi_1");

        Assert.Equal(Given.Now.AddDays(-5), Of(guest with { State = guest.State with { ForwardTo = "cus_1", Pass = new PassRecord { MemberId = "member", Told = told } } }).ExpiresAt);
    }

    [Fact]
    public void B11_One_pass_a_purchase_is_the_default() => Assert.Equal(GuestPolicy.PerPurchase, Given.Settings.Guests);

    [Fact]
    public void B10_A_deleted_customers_pass_ends_by_default_when_they_were_deleted()
    {
        var ended = Given.Entitled(Given.Now, Given.Subscription("active"), Given.CustomerWith(("passkit_pin_tier", "gold")) with { Deleted = true, AsOf = Given.At(-60, "evt_x") });

        Assert.Equal(DeletedPolicy.End, Given.Settings.OnCustomerDeleted);
        Assert.Equal((EntitlementStatus.Ended, Given.Now.AddSeconds(-60)), (ended.Status, ended.ExpiresAt));
    }

    [Fact]
    public void B12_The_buyers_words_are_shown_and_find_nobody()
    {
        var state = Given.Customer(Session(paid: true)).State;

        Assert.Equal(("cus_1", "ada@example.com"), (state.CustomerId, state.Person.Email));
        Assert.Null(MerchantsWord.Link(state.Metadata));
    }

    private static CheckoutSessionFact Session(bool paid) => new() { Id = "cs_1", AsOf = Given.At(1, "evt_cs"), Paid = paid, Email = "ada@example.com" };

    private static Entitlement Of(Customer customer) => EntitlementRules.Of(customer.State, Given.Settings, Given.Now);
}
