using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

public sealed class PassContentTests
{
    private static readonly ImmutableSortedDictionary<string, string> NoMetadata = ImmutableSortedDictionary<string, string>.Empty;

    [Fact]
    public void P2_A_pass_shows_its_tier_its_person_its_end_and_whose_it_is()
    {
        var content = Content([Given.Subscription("active"), Given.CustomerWith() with { Name = "Ada", Email = "ada@example.com", Phone = "+49 (151) 123-456" }])!;

        Assert.Equal(("gold", Given.PeriodEnd.AddDays(3)), (content.Tier, content.Expiry));
        Assert.Equal(new Person("Ada", "ada@example.com", "+49151123456"), content.Person);
        Assert.Equal(
            NoMetadata.Add("status", "active").Add("tierName", "Gold").Add("validUntil", "2026-12-24").Add("stripeCustomerId", "cus_1").Add("message", ""), content.Metadata);
    }

    [Theory]
    [InlineData("active", false, "")]
    [InlineData("past_due", false, "The last payment failed. Please pay by 2026-12-15 to keep this pass.")]
    [InlineData("unpaid", false, "This membership is paused until it is paid.")]
    [InlineData("active", true, "This membership is paused.")]
    [InlineData("past_due", true, "This membership is paused.")] // paying would not bring it back
    [InlineData("paused", false, "This membership is paused.")] // most often a trial that ended without a card, or a pause on demand
    [InlineData("canceled", false, "This membership has ended.")]
    public void P2_A_pass_tells_its_holder_how_it_stands(string status, bool collectionPaused, string message)
    {
        var state = Given.Customer(Given.Subscription(status) with { CollectionPaused = collectionPaused }).State;
        var entitlement = Membership.EntitlementRules.Of(state, Given.Settings with { HonourPausedCollection = false }, Given.Now);

        Assert.Equal(message, PassContent.Of(state, entitlement, new PassSettings(), Given.Now)!.Metadata["message"]);
    }

    [Fact]
    public void P2_What_the_customer_object_leaves_open_is_filled_from_checkout_and_nothing_else()
    {
        var checkout = new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(9, "evt_checkout"), Name = "Augusta", Email = "typed@example.com", Phone = "+491511234567" };
        var known = Given.CustomerWith() with { Name = "Ada", Email = "ada@example.com", Phone = "+491517654321" };

        var person = Content([Given.Subscription("active"), Given.CustomerWith() with { Name = "Ada", Email = "ada@example.com" }, checkout])!.Person;

        Assert.Equal(new Person("Ada", "ada@example.com", "+491511234567"), person);
        Assert.Equal(new Person("Ada", "ada@example.com", "+491517654321"), Content([Given.Subscription("active"), known, checkout])!.Person);
    }

    [Fact]
    public void P2_Nobody_who_never_earned_anything_has_a_pass_to_show() => Assert.Null(Content([Given.Charge(1)]));

    [Fact]
    public void P3_No_end_is_a_date_far_away()
    {
        var content = Content([Given.Charge(50_000)])!;

        Assert.Equal((PassContent.NoEnd, ""), (content.Expiry, content.Metadata["validUntil"]));
    }

    [Fact]
    public void P2_Spend_is_shown_where_it_is_asked_for_and_nothing_refunded_is()
    {
        var settings = new PassSettings { Spend = "spend" };

        Assert.Equal("0.07 EUR; 500.00 USD", Content([Given.Charge(50_000), Given.Charge(7, id: "ch_2", currency: "eur")], settings)!.Metadata["spend"]);
        Assert.Equal("500.00 USD", Content([Given.Charge(50_000), Given.Charge(7, id: "ch_2", currency: "eur"), Given.Charge(7, 7, id: "ch_2", currency: "eur", asOf: Given.At(1, "evt_2"))], settings)!.Metadata["spend"]);
    }

    [Fact]
    public void P6_Points_follow_net_spend_where_they_are_asked_for()
    {
        Fact[] facts = [Given.Charge(60_099, refunded: 100)];

        Assert.Null(Content(facts)!.Points);
        Assert.Equal(new PassPoints(PointsField.TierPoints, 599), Content(facts, new PassSettings { Points = PointsField.TierPoints })!.Points);
        Assert.Equal(new PassPoints(PointsField.Points, 599), Content(facts, new PassSettings { Points = PointsField.Points })!.Points);
    }

    [Theory]
    [InlineData(0, "usd", 0)]
    [InlineData(99, "usd", 0)]
    [InlineData(199, "usd", 1)]
    [InlineData(199, "jpy", 199)]
    [InlineData(199, "isk", 1)]
    [InlineData(1999, "kwd", 1)]
    [InlineData(429_496_729_599, "usd", 4_294_967_295)]
    [InlineData(429_496_729_600, "usd", 4_294_967_295)]
    [InlineData(long.MaxValue, "jpy", 4_294_967_295)]
    public void P6_Tier_points_are_whole_units_rounded_down_as_far_as_PassKit_counts(long amount, string currency, double points) =>
        Assert.Equal(points, PassPoints.Of(PointsField.TierPoints, [new Money.Spend(currency, amount)])!.Amount);

    [Theory]
    [InlineData(16_777_216, 16_777_216)]
    [InlineData(16_777_217, 16_777_216)]
    [InlineData(16_777_219, 16_777_218)] // the nearest would be more than was spent
    [InlineData(long.MaxValue, 4_294_967_040)]
    public void P6_Points_are_the_most_that_PassKits_32_bits_hold_and_never_more_than_was_spent(long yen, double points) =>
        Assert.Equal(points, PassPoints.Of(PointsField.Points, [new Money.Spend("jpy", yen)])!.Amount);

    [Fact]
    public void P6_Currencies_never_mix_in_points_the_one_with_most_whole_units_counts() =>
        Assert.Equal(20, PassPoints.Of(PointsField.TierPoints, [new Money.Spend("eur", 1_999), new Money.Spend("jpy", 20), new Money.Spend("usd", 1_200)])!.Amount);

    [Fact]
    public void P6_Who_spent_nothing_has_no_points() => Assert.Equal(0, PassPoints.Of(PointsField.Points, [])!.Amount);

    [Fact]
    public void P2_Fields_that_are_left_out_are_not_written_and_chosen_metadata_is_copied_as_it_is()
    {
        var settings = new PassSettings
        {
            Status = null,
            TierName = "tier",
            ValidUntil = null,
            Message = null,
            StripeCustomerId = "owner",
            CustomerMetadata = NoMetadata.Add("shoe", "size").Add("absent", "gone").Add("evil", "owner"),
        };

        var metadata = Content([Given.Subscription("active"), Given.CustomerWith(("shoe", " 43 "), ("evil", "cus_other"))], settings)!.Metadata;

        Assert.Equal(NoMetadata.Add("tier", "Gold").Add("size", " 43 ").Add("gone", "").Add("owner", "cus_1"), metadata);
    }

    [Fact]
    public void P2_A_pass_that_is_over_shows_what_it_lost()
    {
        var customer = Given.Customer(Given.Subscription("active", "price_other"));
        var told = Content([Given.Subscription("active")])!;
        var state = customer.State with { Pass = new PassRecord { MemberId = "member", Told = told with { Tier = "tier_of_old_settings" } } };

        var content = PassContent.Of(state, Membership.EntitlementRules.Of(state, Given.Settings, Given.Now), new PassSettings(), Given.Now)!;

        Assert.Equal(("tier_of_old_settings", Given.Now), (content.Tier, content.Expiry));
        Assert.Equal(("ended", ""), (content.Metadata["status"], content.Metadata["tierName"]));
    }

    [Fact]
    public void An_expiry_has_whole_seconds_as_PassKit_has()
    {
        var entitlement = Given.Entitled(Given.Now, Given.Subscription("active")) with { ExpiresAt = Given.Now.AddMilliseconds(1999) };

        Assert.Equal(Given.Now.AddSeconds(1), PassContent.Of(Given.Customer().State, entitlement, new PassSettings(), Given.Now)!.Expiry);
    }

    [Fact]
    public void P9_An_absent_key_and_an_empty_value_are_alike()
    {
        var content = Content([Given.Charge(50_000)])!;

        Assert.True(content.MetadataEquals(content.Metadata.Remove("validUntil").Add("theirs", "stays")));
        Assert.False(content.MetadataEquals(content.Metadata.SetItem("validUntil", "2026-12-24")));
    }

    [Theory]
    [InlineData("+491511234567", "+491511234567")]
    [InlineData(" +49 151 1234567 ", "+491511234567")]
    [InlineData("+49 (151) 123-45.67", "+491511234567")]
    [InlineData("+49\u00a0151/1234567", "+491511234567")]
    [InlineData("+49\u2011151\u20131234567", "+491511234567")]
    [InlineData("+1234567", "+1234567")]
    [InlineData("+123456789012345", "+123456789012345")]
    [InlineData("+123456", null)]
    [InlineData("+1234567890123456", null)]
    [InlineData("+0151123456", null)]
    [InlineData("0151 1234567", null)]
    [InlineData("0049 151 1234567", null)]
    [InlineData("+49 151 ABC4567", null)]
    [InlineData("+49 151 1234567 ext. 5", null)]
    [InlineData("+49 ١٥١١٢٣٤٥٦٧", null)]
    [InlineData("+", null)]
    [InlineData(" ", null)]
    [InlineData(null, null)]
    public void A_phone_number_as_people_type_it_is_told_as_PassKit_takes_it_or_not_at_all(string? typed, string? told) =>
        Assert.Equal(told, PhoneNumber.Normalise(typed));

    [Fact]
    public void P2_What_is_told_over_what_was_told_erases_nothing()
    {
        var told = new Person("Ada", "ada@example.com", null);

        Assert.Equal(new Person("Ada King", "ada@example.com", "+491511234567"), new Person("Ada King", null, "+491511234567").Over(told));
        Assert.Equal(told, Person.Unknown.Over(told));
        var all = new Person("Ada King", "king@example.com", "+491511234567");
        Assert.Equal(all, all.Over(new Person("Ada", "ada@example.com", "+491510000000")));
        Assert.Equal(all, Person.Unknown.Over(all));
        Assert.False(Person.Unknown.AddsTo(all));
        Assert.False(new Person("Ada", null, null).AddsTo(told));
        Assert.True(new Person(null, null, "+491511234567").AddsTo(told));
        Assert.True(new Person(null, "king@example.com", null).AddsTo(told));
    }

    private static PassContent? Content(Fact[] facts, PassSettings? settings = null)
    {
        var state = Given.Customer(facts).State;
        return PassContent.Of(state, Membership.EntitlementRules.Of(state, Given.Settings, Given.Now), settings ?? new PassSettings(), Given.Now);
    }
}
