using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

/// <summary>What subscribers are told, from what they know and what is.</summary>
public sealed class PassChangesTests
{
    private static readonly AnnouncedPass Gold = new("member_1", Valid: true, "gold", EntitlementStatus.Active, Given.PeriodEnd, Installed: null, "content");

    [Fact]
    public void Each_turn_of_a_passs_life_has_a_word_of_its_own()
    {
        var over = Gold with { Valid = false, Status = EntitlementStatus.Ended };

        Assert.Equal([PassChangeKind.Issued], Between(null, Gold));
        Assert.Equal([PassChangeKind.Revoked], Between(Gold, over));
        Assert.Equal([PassChangeKind.Revived], Between(over, Gold));
        Assert.Equal([PassChangeKind.Reissued], Between(over, Gold with { MemberId = "member_2" }));
        Assert.Equal([PassChangeKind.Reissued], Between(Gold, Gold with { MemberId = "member_2" }));
        Assert.Equal([PassChangeKind.Revoked], Between(Gold, over with { MemberId = "member_2" }));
    }

    [Fact]
    public void Whatever_the_message_or_the_pass_shows_differently_is_an_update_and_nothing_else_is()
    {
        Assert.Empty(Between(Gold, Gold));
        Assert.Equal([PassChangeKind.Updated], Between(Gold, Gold with { Tier = "silver" }));
        Assert.Equal([PassChangeKind.Updated], Between(Gold, Gold with { Status = EntitlementStatus.Grace }));
        Assert.Equal([PassChangeKind.Updated], Between(Gold, Gold with { ValidUntil = Given.PeriodEnd.AddDays(1) }));
        Assert.Equal([PassChangeKind.Updated], Between(Gold, Gold with { Content = "another name" }));
        var over = Gold with { Valid = false, Status = EntitlementStatus.Suspended };
        Assert.Empty(Between(over, over with { ValidUntil = Given.Now }));
        Assert.Equal([PassChangeKind.Updated], Between(over, over with { Status = EntitlementStatus.Ended }));
        Assert.Empty(Between(Gold, Gold with { Content = null }));
        Assert.Empty(Between(Gold with { Content = null }, Gold));
    }

    [Fact]
    public void Of_a_pass_that_was_never_told_and_is_over_nothing_is_told() =>
        Assert.Empty(Between(null, Gold with { Valid = false, Installed = true }));

    [Fact]
    public void Installed_and_removed_are_told_each_once()
    {
        Assert.Equal([PassChangeKind.Installed], Between(Gold, Gold with { Installed = true }));
        Assert.Empty(Between(Gold with { Installed = true }, Gold with { Installed = true }));
        Assert.Equal([PassChangeKind.Removed], Between(Gold with { Installed = true }, Gold with { Installed = false }));
        Assert.Equal([PassChangeKind.Installed], Between(Gold with { Installed = false }, Gold with { Installed = true }));
        Assert.Equal([PassChangeKind.Updated, PassChangeKind.Installed], Between(Gold, Gold with { Tier = "silver", Installed = true }));
        Assert.Equal([PassChangeKind.Reissued], Between(Gold with { Installed = true }, Gold with { MemberId = "member_2" }));
    }

    [Fact]
    public void After_an_attempt_whose_end_was_not_saved_all_of_it_is_told_again() =>
        Assert.Equal([PassChangeKind.Updated], PassChanges.Between(Gold, Gold, unsure: true));

    [Fact]
    public void A_pass_that_is_over_and_of_which_somebody_may_have_been_told_is_told_of_as_revoked() =>
        Assert.Equal([PassChangeKind.Revoked], PassChanges.Between(null, Gold with { Valid = false }, unsure: true));

    [Fact]
    public void Without_a_pass_there_is_nothing_to_tell()
    {
        Assert.Empty(Between(null, null));
        Assert.Empty(Between(null, Gold with { Valid = false }));
    }

    [Fact]
    public void A_pass_from_before_changes_were_announced_is_news_once_it_changes()
    {
        var pass = new PassRecord { MemberId = "member_1", Told = Content("gold") };
        var entitlement = Given.Entitled(Given.Now, Given.Subscription("active"));
        var known = AnnouncedPass.Unannounced(pass, Given.Now);

        Assert.Empty(Between(known, AnnouncedPass.Of(pass, entitlement, Given.Now)));
        Assert.Equal([PassChangeKind.Updated], Between(known, AnnouncedPass.Of(pass with { Told = Content("silver") }, entitlement, Given.Now)));
        Assert.Equal([PassChangeKind.Revoked], Between(known, AnnouncedPass.Of(pass with { Told = Content("gold").Until(Given.Now) }, entitlement, Given.Now)));
    }

    [Fact]
    public void Of_more_changes_than_are_kept_the_oldest_updates_give_way_first()
    {
        PassChange Change(int version, PassChangeKind kind) => new(version, kind, Given.Now, "gold", EntitlementStatus.Active, null, "member_1", null);
        ImmutableArray<PassChange> changes = [Change(1, PassChangeKind.Issued), .. Enumerable.Range(2, 30).Select(version => Change(version, version % 10 == 0 ? PassChangeKind.Revoked : PassChangeKind.Updated))];

        var kept = PendingChanges.Bounded(changes);

        Assert.Equal(PendingChanges.MostKept, kept.Length);
        Assert.Equal([1, 10, 20, 30], kept.Where(change => change.Kind != PassChangeKind.Updated).Select(change => change.Version));
        Assert.Equal(31, kept[^1].Version);
        Assert.Equal(kept.OrderBy(change => change.Version), kept);
        Assert.Equal(PendingChanges.MostKept, PendingChanges.Bounded([.. Enumerable.Range(1, 25).Select(version => Change(version, PassChangeKind.Revoked))]).Length);
    }

    [Fact]
    public void A_fingerprint_differs_where_the_content_does_and_tells_nothing_of_the_person()
    {
        var content = Content("gold") with { Person = new Person("Ada Lovelace", "ada@example.com", null) };

        Assert.Equal(content.Fingerprint(), (content with { Metadata = content.Metadata.Add("message", "") }).Fingerprint());
        Assert.Equal(16, content.Fingerprint().Length);
        PassContent[] others =
        [
            content with { Tier = "silver" },
            content with { Person = content.Person with { Name = "Ada King" } },
            content with { Metadata = content.Metadata.Add("message", "Hello") },
            content.Until(Given.Now),
            content with { Points = new PassPoints(PointsField.Points, 1) },
        ];
        Assert.All(others, other => Assert.NotEqual(content.Fingerprint(), other.Fingerprint()));
    }

    [Fact]
    public void P8_What_was_changed_by_hand_is_overwritten_and_what_PassKit_writes_its_own_way_is_not_for_ever()
    {
        var told = Content("gold");
        var read = new PassRecord { MemberId = "member_1", Told = Content("silver") };

        var first = PassPlan.Believed(read, told, Given.Now);
        Assert.Equal("silver", first.Told!.Tier);
        var second = PassPlan.Believed(first, told, Given.Now.AddMinutes(1));
        Assert.Equal("gold", second.Told!.Tier);
        Assert.Equal("silver", PassPlan.Believed(first, told, Given.Now.AddHours(1)).Told!.Tier);
        Assert.Equal("bronze", PassPlan.Believed(first with { Told = Content("bronze") }, told, Given.Now.AddMinutes(1)).Told!.Tier);
        Assert.Null(PassPlan.Believed(read with { Told = told }, told, Given.Now).Overwritten);
    }

    private static PassContent Content(string tier) => new()
    {
        Tier = tier,
        Person = Person.Unknown,
        Expiry = Given.PeriodEnd,
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("status", "active"),
    };

    private static ImmutableArray<PassChangeKind> Between(AnnouncedPass? told, AnnouncedPass? now) => PassChanges.Between(told, now, unsure: false);
}
