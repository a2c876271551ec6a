using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

public sealed class StripeMetadataTests
{
    private const string Url = "https://pub1.pskt.io/member";

    private static readonly StripeMetadataKeys Keys = new();

    private static readonly ImmutableSortedDictionary<string, string> NoKeys = ImmutableSortedDictionary<string, string>.Empty;

    [Fact]
    public void S1_The_customer_shows_the_pass_and_its_subscription_where_it_is()
    {
        var writes = Plan(Holder());

        Assert.Equal(["customer cus_1", "subscription sub_1"], writes.Select(write => $"{write.Kind} {write.Id}"));
        Assert.Equal(
            NoKeys.Add("passkit_member_id", "member").Add("passkit_url", Url).Add("passkit_tier", "gold").Add("passkit_status", "active"), writes[0].Values);
        Assert.Equal(NoKeys.Add("passkit_url", Url), writes[1].Values);
    }

    [Fact]
    public void S1_What_was_written_is_not_written_again() => Assert.Empty(Plan(Written(Holder())));

    [Fact]
    public void S1_Of_subscriptions_that_are_remembered_no_more_nothing_is_remembered_here()
    {
        var some = NoKeys.Add("passkit_url", Url);
        var metadata = new StripeMetadata
        {
            Written = StripeMetadata.Nothing.Written.Add("cus_1", some).Add("sub_1", some).Add("sub_written", some),
            Unsure = ["cus_1", "sub_1", "sub_unsure"],
            Refused = ["cus_1", "sub_1", "sub_refused"],
        };

        var left = metadata.Of(Given.Customer(Given.Subscription("active")).State);

        Assert.Equal(["cus_1", "sub_1"], left.Written.Keys);
        Assert.Equal(["cus_1", "sub_1"], left.Unsure);
        Assert.Equal(["cus_1", "sub_1"], left.Refused);
    }

    [Fact]
    public void S1_Only_the_keys_that_changed_are_written()
    {
        var holder = Written(Holder());
        var installed = holder with { Pass = holder.Pass with { InstalledAt = Given.Now.AddMilliseconds(1500) } };
        Assert.Equal(NoKeys.Add("passkit_installed_at", "2026-11-24T12:00:01Z"), Assert.Single(Plan(installed)).Values);

        installed = Written(installed);
        var removed = installed with { Pass = installed.Pass with { RemovedAt = Given.Now.AddDays(1) } };
        Assert.Equal(NoKeys.Add("passkit_removed_at", "2026-11-25T12:00:00Z"), Assert.Single(Plan(removed)).Values);

        removed = Written(removed);
        Assert.Equal(NoKeys.Add("passkit_removed_at", ""), Assert.Single(Plan(removed with { Pass = removed.Pass with { RemovedAt = null } })).Values);
    }

    [Fact]
    public void S1_After_an_attempt_whose_end_is_not_known_all_keys_are_written_again()
    {
        var holder = Written(Holder());

        var writes = Plan(holder with { StripeMetadata = holder.StripeMetadata! with { Unsure = StripeMetadataPlan.ObjectsOf(holder) } });

        Assert.Equal(Keys.Names.Order(StringComparer.Ordinal), writes[0].Values.Keys);
        Assert.Equal(["passkit_url"], writes[1].Values.Keys);
        Assert.Equal("", writes[0].Values["passkit_installed_at"]);
    }

    [Fact]
    public void S1_Only_of_the_object_for_which_nobody_answered_all_is_written_again_and_that_once()
    {
        var holder = Written(Holder());
        var unsure = holder with { StripeMetadata = holder.StripeMetadata! with { Unsure = ["sub_1"] } };

        Assert.Equal("sub_1", Assert.Single(Plan(unsure)).Id);
        Assert.Empty(Plan(Written(unsure)));
    }

    [Fact]
    public void S1_A_key_that_was_renamed_goes_and_the_new_one_comes()
    {
        var writes = Plan(Written(Holder()), Keys with { Url = "pass", Tier = null });

        Assert.Equal(NoKeys.Add("pass", Url).Add("passkit_url", "").Add("passkit_tier", ""), writes[0].Values);
        Assert.Equal(NoKeys.Add("pass", Url).Add("passkit_url", ""), writes[1].Values);
    }

    [Fact]
    public void S1_With_no_key_left_all_that_was_written_goes_and_then_nothing_more_is_written()
    {
        var none = new StripeMetadataKeys { MemberId = null, Url = null, Tier = null, Status = null, InstalledAt = null, RemovedAt = null };
        var holder = Written(Holder());

        Assert.All(Plan(holder, none).SelectMany(write => write.Values), pair => Assert.Equal("", pair.Value));
        Assert.Empty(Plan(Written(holder, none), none));
        Assert.Empty(Written(holder, none).StripeMetadata!.Written);
        Assert.Empty(Plan(Holder(), none));
    }

    [Fact]
    public void S1_A_pass_that_is_gone_leaves_no_key()
    {
        var holder = Written(Holder());

        var gone = holder with { Pass = new PassRecord() };

        Assert.Equal(["passkit_member_id", "passkit_status", "passkit_tier", "passkit_url"], Plan(gone)[0].Values.Keys);
        Assert.All(Plan(gone).SelectMany(write => write.Values), pair => Assert.Equal("", pair.Value));
        Assert.Equal(StripeMetadataState.None, Written(gone).StripeMetadata!.State);
    }

    [Fact]
    public void S1_Who_never_had_a_pass_is_not_written_to() => Assert.Empty(Plan(Given.Customer(Given.Charge(1), Given.CustomerWith()).State));

    [Fact]
    public void S1_A_pass_that_is_over_still_shows_whose_it_was_and_its_ended_subscription_is_left_alone()
    {
        var holder = Holder(Given.Subscription("canceled"));

        var write = Assert.Single(Plan(holder));

        Assert.Equal(("customer", "ended", "gold"), (write.Kind, write.Values["passkit_status"], write.Values["passkit_tier"]));
    }

    [Fact]
    public void S1_Guests_and_deleted_customers_are_never_written_to()
    {
        var holder = Holder();

        Assert.Empty(Plan(holder with { CustomerId = "pi_1" }));
        Assert.Empty(Plan(Holder(Given.Subscription("active"), Given.CustomerWith() with { Deleted = true })));
        Assert.Empty(Plan(holder with { ForgottenAt = Given.Now, RecentEvents = [] }));
        Assert.Empty(StripeMetadataPlan.Clearing(Written(holder) with { Customer = Given.CustomerWith() with { Deleted = true } }, Keys));
    }

    [Fact]
    public void S1_An_account_of_the_second_API_has_no_customer_to_write_to() =>
        Assert.Equal("subscription", Assert.Single(Plan(Holder() with { CustomerId = "acct_1" })).Kind);

    [Fact]
    public void B10_Forgetting_takes_away_all_that_was_written_ended_subscriptions_included()
    {
        var holder = Written(Holder());
        Assert.Empty(StripeMetadataPlan.Clearing(Holder(), Keys));

        var clearing = StripeMetadataPlan.Clearing(holder with { Subscriptions = [Given.Subscription("canceled")] }, Keys);

        Assert.Equal(["customer cus_1", "subscription sub_1"], clearing.Select(write => $"{write.Kind} {write.Id}"));
        Assert.Equal(holder.StripeMetadata!.Written.Values.SelectMany(held => held.Keys), clearing.SelectMany(write => write.Values.Keys));
        Assert.All(clearing.SelectMany(write => write.Values), pair => Assert.Equal("", pair.Value));
    }

    [Fact]
    public void B10_Where_more_may_stand_than_is_known_forgetting_takes_away_every_key()
    {
        var known = Holder() with { StripeMetadata = StripeMetadata.Nothing.With(new StripeMetadataWrite("customer", "cus_1", NoKeys.Add("renamed", "since"))) };

        AssertAll(StripeMetadataPlan.Clearing(known with { Underway = true }, Keys), "sub_1");
        AssertAll(StripeMetadataPlan.Clearing(known with { StripeMetadata = known.StripeMetadata! with { Unsure = ["cus_1", "sub_over"] } }, Keys), "sub_over");
        Assert.Equal(["renamed"], Assert.Single(StripeMetadataPlan.Clearing(known with { Underway = true }, null)).Values.Keys);

        static void AssertAll(ImmutableArray<StripeMetadataWrite> writes, string subscription)
        {
            Assert.Equal(["customer cus_1", $"subscription {subscription}"], writes.Select(write => $"{write.Kind} {write.Id}"));
            Assert.Equal(Keys.Names.Append("renamed").Order(StringComparer.Ordinal), writes[0].Values.Keys);
            Assert.Equal(["passkit_url"], writes[1].Values.Keys);
        }
    }

    [Fact]
    public void Subscriptions_that_are_remembered_no_more_are_forgotten_here_too()
    {
        var holder = Written(Holder());

        Assert.Equal(["cus_1"], holder.StripeMetadata!.Of(holder with { Subscriptions = [] }).Written.Keys);
        Assert.Same(holder.StripeMetadata, holder.StripeMetadata!.Of(holder));
    }

    [Fact]
    public void What_is_written_back_is_no_source_of_a_tier()
    {
        var entitlement = Given.Entitled(Given.Now, Given.CustomerWith(("passkit_tier", "gold"), ("passkit_status", "active")), Given.Charge(1));

        Assert.Equal((EntitlementStatus.None, null), (entitlement.Status, entitlement.Tier));
    }

    private static CustomerState Holder(params Fact[] facts)
    {
        var state = Given.Customer(facts.Length == 0 ? [Given.Subscription("active")] : facts).State;
        var told = PassContent.Of(Given.Customer(Given.Subscription("active")).State, Given.Entitled(Given.Now, Given.Subscription("active")), new PassSettings(), Given.Now);
        return state with { Pass = new PassRecord { MemberId = "member", Told = told, State = PassState.Synced } };
    }

    private static ImmutableArray<StripeMetadataWrite> Plan(CustomerState state, StripeMetadataKeys? keys = null) =>
        StripeMetadataPlan.Of(state, EntitlementRules.Of(state, Given.Settings, Given.Now), state.Pass.MemberId is null ? null : Url, keys ?? Keys);

    private static CustomerState Written(CustomerState state, StripeMetadataKeys? keys = null) =>
        state with { StripeMetadata = Plan(state, keys).Aggregate(state.StripeMetadata ?? StripeMetadata.Nothing, (known, write) => known.With(write)) };
}
