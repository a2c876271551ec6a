using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

public sealed class DisputeTests
{
    private static readonly MembershipSettings WhenOpened = Given.Settings with { OnDispute = DisputePolicy.SuspendWhenOpened };

    [Theory]
    [InlineData("warning_needs_response", 1000, false)] // an inquiry moves no money
    [InlineData("warning_under_review", 1000, false)]
    [InlineData("warning_closed", 1000, false)]
    [InlineData("needs_response", 600, false)]
    [InlineData("under_review", 600, false)]
    [InlineData("lost", 600, false)]
    [InlineData("appeal_needs_response", 600, false)]
    [InlineData("appeal_under_review", 600, false)]
    [InlineData("won", 1000, false)]
    [InlineData("prevented", 1000, false)]
    [InlineData("charge_refunded", 1000, true)] // a word that this version does not know
    public void M4_The_status_of_a_dispute_says_whether_its_money_is_out(string status, long net, bool unknown)
    {
        var dispute = Given.Dispute(status, 400);

        Assert.Equal(net, ChargeLedger.Of("ch_1").With(Given.Charge(1000)).With(dispute).Net);
        Assert.Equal(unknown, dispute.IsUnknown);
    }

    [Fact]
    public void M4_Each_word_of_a_dispute_that_is_not_known_is_counted_once()
    {
        var customer = Given.Customer(Given.Charge(1000), Given.Dispute("odd"), Given.Dispute("odd", asOf: 20), Given.Dispute("odder", asOf: 30), Given.Dispute("odd", id: "du_2", opened: 40));

        Assert.Equal([("du_1", "odd"), ("du_1", "odder"), ("du_2", "odd")], customer.UnknownDisputes.Select(dispute => (dispute.Id, dispute.Status)));
    }

    [Fact]
    public void M4_A_dispute_that_is_won_gives_its_money_back_and_one_that_is_lost_does_not()
    {
        Fact[] open = [Given.Charge(1000), Given.Dispute("needs_response", 400)];

        Assert.Equal([new Spend("usd", 600)], Given.Customer(open).State.Spend);
        Assert.Equal([new Spend("usd", 1000)], Given.Customer([.. open, Given.Dispute("won", 400, asOf: 50)]).State.Spend);
        Assert.Equal([new Spend("usd", 600)], Given.Customer([.. open, Given.Dispute("lost", 400, asOf: 50)]).State.Spend);
    }

    [Fact]
    public void M2_What_is_refunded_and_disputed_at_once_takes_no_more_than_there_is() =>
        Assert.Equal([new Spend("usd", 0, Refunds: 300)], Given.Customer(Given.Charge(1000), Given.Refund(800), Given.Dispute("lost", 700)).State.Spend);

    [Fact]
    public void M4_Two_disputes_of_one_charge_each_take_their_own() =>
        Assert.Equal([new Spend("usd", 300)], Given.Customer(Given.Charge(1000), Given.Dispute("lost", 400), Given.Dispute("under_review", 300, id: "du_2")).State.Spend);

    [Fact]
    public void F1_A_dispute_that_comes_before_its_charge_counts_when_the_charge_comes() =>
        Assert.Equal([new Spend("usd", 600)], Given.Customer(Given.Dispute("lost", 400), Given.Charge(1000)).State.Spend);

    [Fact]
    public void F4_Of_two_statuses_of_one_second_the_one_further_along_is_the_later()
    {
        string[] course = ["something_new", "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review", "won"];

        foreach (var (earlier, later) in course.Zip(course.Skip(1)).Append(("appeal_under_review", "prevented")))
        {
            var (first, second) = (Given.Dispute(earlier) with { AsOf = Given.At(0, "evt_z") }, Given.Dispute(later) with { AsOf = Given.At(0, "evt_a") });
            Assert.True(second.Beats(first), $"{later} should win over {earlier}.");
            Assert.False(first.Beats(second), $"{earlier} should lose against {later}.");
        }
    }

    [Theory]
    [InlineData(DisputePolicy.SuspendWhenLost, "needs_response", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenLost, "lost", EntitlementStatus.Suspended)]
    [InlineData(DisputePolicy.SuspendWhenLost, "won", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenLost, "warning_needs_response", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "needs_response", EntitlementStatus.Suspended)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "under_review", EntitlementStatus.Suspended)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "lost", EntitlementStatus.Suspended)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "won", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "prevented", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "warning_needs_response", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.SuspendWhenOpened, "something_new", EntitlementStatus.Active)]
    [InlineData(DisputePolicy.Keep, "lost", EntitlementStatus.Active)]
    public void B7_A_dispute_suspends_when_the_merchant_says(DisputePolicy policy, string status, EntitlementStatus expected) => Assert.Equal(
        expected, Given.Entitled(Given.Settings with { OnDispute = policy }, Given.Subscription("active"), Given.Charge(1000), Given.Dispute(status)).Status);

    [Fact]
    public void B7_By_default_a_lost_dispute_suspends_since_it_was_lost_and_says_why()
    {
        var suspended = Given.Entitled(Given.Now, Given.Subscription("active"), Given.Charge(1000), Given.Dispute("needs_response"), Given.Dispute("lost", asOf: 500));

        Assert.Equal(
            (EntitlementStatus.Suspended, "gold", Given.Now.AddSeconds(500), Given.Now.AddSeconds(500)),
            (suspended.Status, suspended.Tier?.Id, suspended.ValidUntil, suspended.ExpiresAt));
        Assert.Contains("du_1", suspended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void B7_What_is_suspended_is_over_when_what_was_paid_for_ends()
    {
        Fact[] disputed = [Given.Charge(1000), Given.Dispute("needs_response"), Given.Dispute("lost", asOf: 500)];
        var unsuspended = Given.Entitled(Given.Now, Given.Subscription("active"));

        var suspended = Given.Entitled(Given.Now, [Given.Subscription("active"), .. disputed]);

        Assert.Equal((EntitlementStatus.Suspended, unsuspended.ChangesAt), (suspended.Status, suspended.ChangesAt));
        Assert.NotNull(suspended.ChangesAt);
    }

    [Fact]
    public void B7_A_dispute_that_was_lost_and_then_won_suspends_nothing_in_any_order()
    {
        Fact[] facts = [Given.Dispute("lost", asOf: 20), Given.Dispute("won", asOf: 30)];

        foreach (var order in new[] { facts, [.. facts.Reverse()] })
            Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, [Given.Subscription("active"), Given.Charge(1000), .. order]).Status);
    }

    [Fact]
    public void B7_An_appeal_lifts_nothing_until_it_is_won()
    {
        Fact[] facts = [Given.Subscription("active"), Given.Charge(1000), Given.Dispute("lost", asOf: 20), Given.Dispute("appeal_under_review", asOf: 30)];

        Assert.Equal(EntitlementStatus.Suspended, Given.Entitled(Given.Now, facts).Status);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, [.. facts, Given.Dispute("won", asOf: 40)]).Status);
    }

    [Theory]
    [InlineData(DisputePolicy.SuspendWhenLost, 499, true)]
    [InlineData(DisputePolicy.SuspendWhenLost, 500, true)]
    [InlineData(DisputePolicy.SuspendWhenLost, 501, false)]
    [InlineData(DisputePolicy.SuspendWhenOpened, 10, true)]
    [InlineData(DisputePolicy.SuspendWhenOpened, 11, false)]
    public void B7_A_payment_that_was_made_after_the_dispute_lifts_the_suspension(DisputePolicy policy, int paid, bool suspended)
    {
        var later = Given.Charge(100, id: "ch_2") with { Created = Given.Now.AddSeconds(paid) };
        Fact[] facts = [Given.Subscription("active"), Given.Charge(1000), Given.Dispute("lost", asOf: 500), later];

        Assert.Equal(suspended ? EntitlementStatus.Suspended : EntitlementStatus.Active, Given.Entitled(Given.Settings with { OnDispute = policy }, facts).Status);
    }

    [Fact]
    public void B7_A_payment_that_failed_or_was_only_authorised_lifts_nothing()
    {
        var later = Given.Charge(100, id: "ch_2") with { Created = Given.Now.AddSeconds(900) };

        foreach (var attempt in new[] { later with { Succeeded = false }, later with { Captured = 0 } })
            Assert.Equal(EntitlementStatus.Suspended, Given.Entitled(Given.Now, Given.Subscription("active"), Given.Charge(1000), Given.Dispute("lost"), attempt).Status);
    }

    [Fact]
    public void B7_The_newest_of_several_disputes_is_the_one_that_a_payment_must_outlast()
    {
        var between = Given.Charge(100, id: "ch_2") with { Created = Given.Now.AddSeconds(600) };
        Fact[] facts = [Given.Subscription("active"), Given.Charge(1000), Given.Dispute("lost", 300, asOf: 500), Given.Dispute("lost", 300, id: "du_2", asOf: 700), between];

        Assert.Equal(EntitlementStatus.Suspended, Given.Entitled(Given.Now, facts).Status);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, [.. facts, between with { Id = "ch_3", Created = Given.Now.AddSeconds(701) }]).Status);
    }

    [Fact]
    public void B7_Who_is_owed_nothing_more_than_a_pin_keeps_it_whatever_is_disputed() =>
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(WhenOpened, Given.CustomerWith(("passkit_pin_tier", "gold")), Given.Charge(1000), Given.Dispute("lost")).Status);

    [Fact]
    public void B7_A_full_refund_ends_no_subscriptions_membership() =>
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(WhenOpened, Given.Subscription("active"), Given.Charge(1000), Given.Refund(1000)).Status);

    [Fact]
    public void B7_Of_several_open_disputes_the_one_that_was_opened_last_is_what_a_payment_must_outlast()
    {
        var between = Given.Charge(100, id: "ch_2") with { Created = Given.Now.AddSeconds(600) };
        Fact[] facts = [Given.Subscription("active"), Given.Charge(1000), Given.Dispute("needs_response", 300, opened: 500), Given.Dispute("needs_response", 300, id: "du_2", opened: 700)];

        Assert.Equal((EntitlementStatus.Suspended, Given.Now.AddSeconds(700)), (Given.Entitled(WhenOpened, [.. facts, between]).Status, Given.Entitled(WhenOpened, facts).ExpiresAt));
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(WhenOpened, [.. facts, between with { Created = Given.Now.AddSeconds(701) }]).Status);
    }

    [Fact]
    public void B7_A_dispute_was_lost_when_it_is_first_known_to_have_been_whatever_comes_first()
    {
        DisputeFact[] facts = [Given.Dispute("needs_response", asOf: 400), Given.Dispute("lost", asOf: 500), Given.Dispute("lost", asOf: 700), Given.Dispute("appeal_needs_response", asOf: 900)];

        foreach (var order in new[] { facts, [.. facts.Reverse()], [facts[2], facts[1], facts[0], facts[3]] })
        {
            var row = Assert.Single(Given.Customer([Given.Charge(1000), .. order]).State.Disputes);
            Assert.Equal(Given.Now.AddSeconds(500), row.LostAt);
        }

        Assert.Equal(("won", Given.Now.AddSeconds(500)), (facts[1].With(Given.Dispute("won", asOf: 600)).Status, facts[1].With(Given.Dispute("won", asOf: 600)).LostAt));
    }

    [Fact]
    public void B7_Of_more_disputes_than_are_kept_those_that_were_lost_last_are_kept_and_of_equals_those_with_the_greatest_ids()
    {
        Fact[] Lost(Func<int, int> when) => [Given.Charge(1000), .. Enumerable.Range(0, 25).Select(number => Given.Dispute("lost", 1, id: $"du_{number:00}", opened: 10 + number, asOf: when(number)))];

        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"du_{number:00}"), Given.Customer(Lost(number => 200 - number)).State.Disputes.Select(dispute => dispute.Id));
        Assert.Equal(Enumerable.Range(5, 20).Select(number => $"du_{number:00}"), Given.Customer([.. Lost(_ => 200).Reverse()]).State.Disputes.Select(dispute => dispute.Id));
    }

    [Fact]
    public void B7_Of_more_disputes_than_are_kept_the_newest_still_suspend()
    {
        Fact[] disputes = [.. Enumerable.Range(0, 25).Select(number => Given.Dispute("lost", 1, id: $"du_{number:00}", asOf: 100 + number))];

        var state = Given.Customer([Given.Charge(1000), .. disputes]).State;

        Assert.Equal(Enumerable.Range(5, 20).Select(number => $"du_{number:00}"), state.Disputes.Select(dispute => dispute.Id));
        Assert.Equal(975, Assert.Single(state.Spend).Amount);
    }

    [Fact]
    public void B7_When_a_dispute_was_lost_is_what_an_event_said_and_not_when_it_was_read_whichever_comes_first()
    {
        Fact read = Given.Dispute("lost", asOf: 90) with { AsOf = AsOf.OfRead(Given.Now.AddSeconds(90)), LostAt = Given.Now.AddSeconds(10) };
        Fact told = Given.Dispute("lost", asOf: 40);

        foreach (var order in new[] { new[] { read, told }, [told, read] }) Assert.Equal(Given.Now.AddSeconds(40), Assert.Single(Given.Customer([Given.Charge(1000), .. order]).State.Disputes).LostAt);
        Assert.Equal(Given.Now.AddSeconds(10), Assert.Single(Given.Customer(Given.Charge(1000), read).State.Disputes).LostAt);
    }
}
