using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

public sealed class PassMessageTests
{
    private static readonly PassSettings All = new()
    {
        Messages = new PassMessages { Renewal = "Renews on {date}.", TierReached = "Welcome to {tier}." },
    };

    [Theory]
    [InlineData("active", false, "")]
    [InlineData("trialing", false, "")]
    [InlineData("past_due", false, "The last payment failed. Please pay by 2026-12-15 to keep this pass.")]
    [InlineData("unpaid", false, "This membership is paused until it is paid.")]
    [InlineData("active", true, "This membership is paused.")]
    [InlineData("past_due", true, "This membership is paused.")] // paying would not bring it back
    [InlineData("paused", false, "This membership is paused.")] // most often a trial that ended without a card, or a pause on demand
    [InlineData("canceled", false, "This membership has ended.")]
    public void P13_Unless_asked_for_a_pass_says_what_is_wrong_and_nothing_else(string status, bool collectionPaused, string message) =>
        Assert.Equal((message, null), At(0, new PassSettings(), null, Given.Settings with { HonourPausedCollection = false }, Given.Subscription(status) with { CollectionPaused = collectionPaused }));

    [Theory]
    [InlineData("past_due")]
    [InlineData("unpaid")]
    [InlineData("canceled")]
    public void P13_A_message_that_is_turned_off_is_never_shown(string status) =>
        Assert.Equal(("", null), At(0, new PassSettings { Messages = new PassMessages { PastDue = null, Unpaid = null, Ended = null } }, Given.Subscription(status)));

    [Theory]
    [InlineData("past_due", "Gold 2026-12-15")]
    [InlineData("unpaid", "Gold 2026-11-24")]
    [InlineData("canceled", "Gold 2026-11-24")]
    public void P13_A_message_names_tier_and_day(string status, string message)
    {
        var messages = new PassMessages { PastDue = "{tier} {date}", Unpaid = "{tier} {date}", Ended = "{tier} {date}" };

        Assert.Equal(message, At(0, new PassSettings { Messages = messages }, Given.Subscription(status)).Text);
    }

    [Theory]
    [InlineData(0, "", 23)] // the period ends after thirty days
    [InlineData(22.99, "", 23)]
    [InlineData(23, "Renews on 2026-12-24.", 30)]
    [InlineData(29.99, "Renews on 2026-12-24.", 30)]
    [InlineData(30, "", null)]
    [InlineData(31, "", null)] // the margin, within which the renewal is looked for
    public void P13_A_renewal_is_noticed_some_days_before_it_and_is_over_with_it(double days, string message, int? changes) =>
        Assert.Equal((message, changes), At(days, All, Given.Subscription("active")));

    [Fact]
    public void P13_Nothing_renews_that_is_to_end_or_is_not_collected_or_has_no_period()
    {
        var subscription = Given.Subscription("active");

        Assert.Equal(("", null), At(29, All, subscription with { CancelAtPeriodEnd = true }));
        Assert.Equal(("", null), At(29, All, subscription with { CancelAt = Given.PeriodEnd }));
        Assert.Equal(("", null), At(29, All, subscription with { CollectionPaused = true }));
        Assert.Equal(("", null), At(29, All, Given.Purchase(days: 30)));
        Assert.Equal("Renews on 2026-12-24.", At(29, All, subscription with { Status = "trialing" }).Text);
        Assert.Equal("Renews on 2026-12-24.", At(29, All, subscription with { CancelAt = Given.PeriodEnd.AddDays(40) }).Text);
    }

    [Theory]
    [InlineData(27.5, "3", 28)]
    [InlineData(28, "2", 29)]
    [InlineData(29.5, "1", 30)]
    public void P13_Days_that_are_counted_down_change_the_message_every_day(double days, string message, int changes) =>
        Assert.Equal((message, changes), At(days, All with { Messages = new PassMessages { Renewal = "{days}" } }, Given.Subscription("active")));

    [Theory]
    [InlineData(0, "21", 1)] // grace has 21 days
    [InlineData(20.5, "1", 21)]
    public void P13_Days_until_a_payment_is_due_change_the_message_every_day(double days, string message, int changes) =>
        Assert.Equal((message, changes), At(days, All with { Messages = new PassMessages { PastDue = "{days}" } }, Given.Subscription("past_due")));

    [Fact]
    public void P13_A_tier_is_reached_by_rising_to_it_and_not_by_falling_or_coming_back()
    {
        Assert.Equal(new TierReached("silver", Given.Now), Reached(null, Given.Subscription("active", "price_silver")));
        Assert.Equal(new TierReached("gold", Given.Now), Reached(new TierReached("silver", null), Given.Subscription("active")));
        Assert.Equal(new TierReached("gold", Given.Now.AddDays(-3)), Reached(new TierReached("gold", Given.Now.AddDays(-3)), Given.Subscription("active")));
        Assert.Equal(new TierReached("silver", null), Reached(new TierReached("gold", Given.Now.AddDays(-3)), Given.Subscription("active", "price_silver")));
        Assert.Equal(new TierReached("gold", Given.Now.AddDays(-3)), Reached(new TierReached("gold", Given.Now.AddDays(-3)), Given.Subscription("canceled")));
        Assert.Equal(new TierReached("gold", null), Reached(new TierReached("platinum of old settings", null), Given.Subscription("active")));
    }

    [Fact]
    public void P13_Passes_that_were_there_before_the_message_was_asked_for_have_reached_nothing()
    {
        var state = Given.Customer(Given.Subscription("active")).State;
        var told = state with { Pass = new PassRecord { MemberId = "member", Told = PassContent.Of(state, Entitled(state, Given.Now), new PassSettings(), Given.Now) } };

        Assert.Equal(new TierReached("gold", null), TierReached.Of(told, Entitled(told, Given.Now), Given.Settings, All, Given.Now));
        Assert.Null(TierReached.Of(told with { TierReached = new TierReached("gold", Given.Now) }, Entitled(told, Given.Now), Given.Settings, new PassSettings(), Given.Now));
        Assert.Null(TierReached.Of(told, Entitled(told, Given.Now), Given.Settings, All with { Message = null }, Given.Now));
    }

    [Theory]
    [InlineData(0, "Welcome to Gold.", 7)]
    [InlineData(6.99, "Welcome to Gold.", 7)]
    [InlineData(7, "", 23)]
    public void P13_A_tier_that_was_reached_is_shown_for_some_days(double days, string message, int changes) =>
        Assert.Equal((message, changes), At(days, All, new TierReached("gold", Given.Now), Given.Settings, Given.Subscription("active")));

    [Theory]
    [InlineData(20, "Welcome to Gold.", 23)]
    [InlineData(23, "Renews on 2026-12-24.", 30)]
    [InlineData(30, "Welcome to Gold.", 31)]
    public void P13_A_renewal_is_more_urgent_than_a_tier_that_was_reached(double days, string message, int changes) =>
        Assert.Equal(
            (message, changes),
            At(days, All with { Messages = All.Messages with { TierReachedFor = TimeSpan.FromDays(12) } }, new TierReached("gold", Given.Now.AddDays(19)), Given.Settings, Given.Subscription("active")));

    [Fact]
    public void P13_What_is_wrong_is_more_urgent_than_a_tier_that_was_reached() =>
        Assert.Equal("The last payment failed. Please pay by 2026-12-15 to keep this pass.", At(1, All, new TierReached("gold", Given.Now), Given.Settings, Given.Subscription("past_due")).Text);

    [Fact]
    public void P13_A_pass_without_a_field_for_it_has_no_message_and_nothing_to_wake_for() =>
        Assert.Equal(("", null), At(0, All with { Message = null }, Given.Subscription("active")));

    /// <summary>The message after so many days, and after how many it changes.</summary>
    private static (string Text, int? Changes) At(double days, PassSettings settings, params Fact[] facts) => At(days, settings, null, Given.Settings, facts);

    private static (string Text, int? Changes) At(double days, PassSettings settings, TierReached? reached, MembershipSettings membership, params Fact[] facts)
    {
        var state = Given.Customer(facts).State with { TierReached = reached };
        var now = Given.Now.AddDays(days);
        var entitlement = EntitlementRules.Of(state, membership, now);
        var message = PassMessage.Of(state, entitlement, settings, now);
        return (message.Text, message.ChangesAt is { } moment ? (int)(moment - Given.Now).TotalDays : null);
    }

    private static TierReached? Reached(TierReached? before, params Fact[] facts)
    {
        var state = Given.Customer(facts).State with { TierReached = before };
        return TierReached.Of(state, Entitled(state, Given.Now), Given.Settings, All, Given.Now);
    }

    private static Entitlement Entitled(CustomerState state, DateTimeOffset now) => EntitlementRules.Of(state, Given.Settings, now);
}
