using System.Collections.Immutable;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

public sealed class PassPlanTests
{
    private static readonly PassContent Gold = new()
    {
        Tier = "gold",
        Person = new Person("Ada", "ada@example.com", null),
        Expiry = Given.PeriodEnd,
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("status", "active"),
    };

    private static readonly PassContent Over = Gold with { Expiry = Given.Now.AddDays(-1), Metadata = Gold.Metadata.SetItem("status", "ended") };

    private static PassRecord Told(PassContent content) => new() { MemberId = "member", Told = content };

    [Fact]
    public void P9_Nothing_is_sent_when_nothing_differs() => Assert.Empty(Steps(Told(Gold), Gold, honoured: true));

    [Fact]
    public void A_member_is_made_only_for_a_customer_who_is_entitled()
    {
        Assert.IsType<PassStep.Enrol>(PassPlan.Next(new PassRecord(), Gold, honoured: true, null, Given.Now));
        Assert.Null(PassPlan.Next(new PassRecord(), Over, honoured: false, null, Given.Now));
    }

    [Fact]
    public void P9_A_renewal_is_one_call() =>
        Assert.Equal(["Update"], Steps(Told(Gold), Gold with { Expiry = Given.PeriodEnd.AddDays(30) }, honoured: true));

    [Fact]
    public void P4_A_revoke_sends_content_first_and_expiry_last() => Assert.Equal(["Update", "SetExpiry"], Steps(Told(Gold), Over, honoured: false));

    [Fact]
    public void P4_A_revival_sends_expiry_first_then_all_content_and_reads_back() =>
        Assert.Equal(["SetExpiry", "Update", "Confirm"], Steps(Told(Over), Gold, honoured: true));

    [Fact]
    public void P4_An_expired_pass_that_stays_expired_is_left_alone() =>
        Assert.Empty(Steps(Told(Over), Over with { Expiry = Given.Now.AddDays(-9), Metadata = Over.Metadata.SetItem("status", "suspended") }, honoured: false));

    [Fact]
    public void P2_Silence_erases_nobodys_name() =>
        Assert.Empty(Steps(Told(Gold), Gold with { Person = Person.Unknown }, honoured: true));

    [Fact]
    public void B9_A_linked_member_is_adopted_once()
    {
        Assert.IsType<PassStep.Adopt>(PassPlan.Next(new PassRecord(), Gold, honoured: true, "theirs", Given.Now));
        Assert.Null(PassPlan.Next(Told(Gold) with { LinkedMember = "theirs" }, Gold, honoured: true, "theirs", Given.Now));
    }

    [Fact]
    public void B9_A_member_that_an_enrolment_without_an_answer_may_have_made_is_looked_for_before_another_is_adopted() =>
        Assert.IsType<PassStep.Find>(PassPlan.Next(new PassRecord { Told = Gold }, Gold, honoured: true, "theirs", Given.Now));

    [Fact]
    public void P2_What_one_update_leaves_open_stays_told() =>
        Assert.Empty(Steps(PassPlan.After(Told(Gold), new PassStep.Update(new Person("Ada King", null, null), null, null), Given.Now), Gold with { Person = new Person("Ada King", "ada@example.com", null) }, honoured: true));

    [Fact]
    public void B9_A_link_is_not_adopted_while_nothing_is_earned() =>
        Assert.Null(PassPlan.Next(new PassRecord(), Over, honoured: false, "theirs", Given.Now));

    [Fact]
    public void P1_An_enrolment_that_was_not_answered_is_looked_for_when_nothing_is_earned_any_more() =>
        Assert.IsType<PassStep.Find>(PassPlan.Next(new PassRecord { Told = Gold }, Over, honoured: false, null, Given.Now));

    [Fact]
    public void P4_A_pass_is_over_at_the_very_moment_of_its_expiry()
    {
        Assert.Empty(Steps(Told(Gold with { Expiry = Given.Now }), Over with { Expiry = Given.Now }, honoured: false));
        Assert.Equal(["SetExpiry", "Update", "Confirm"], Steps(Told(Gold with { Expiry = Given.Now }), Gold, honoured: true));
        Assert.Equal(["Update", "SetExpiry"], Steps(Told(Gold), Over with { Expiry = Given.Now }, honoured: false));
    }

    [Fact]
    public void P4_A_name_is_told_to_no_pass_that_is_over() =>
        Assert.Equal(["SetExpiry"], Steps(Told(Gold), Gold with { Expiry = Given.Now, Person = new Person("Ada King", null, null) }, honoured: false));

    [Fact]
    public void P4_The_next_external_id_is_the_second_of_its_customer() =>
        Assert.Equal(("cus_1", "cus_1~2", "cus_1~3"),
            (new PassRecord().ExternalId("cus_1"), new PassRecord { Generation = 1 }.ExternalId("cus_1"), new PassRecord { Generation = 2 }.ExternalId("cus_1")));

    private static List<string> Steps(PassRecord pass, PassContent wanted, bool honoured)
    {
        List<string> steps = [];
        while (PassPlan.Next(pass, wanted, honoured, null, Given.Now) is { } step)
        {
            Assert.True(steps.Count < 10, "The plan never ends.");
            steps.Add(step.GetType().Name);
            pass = PassPlan.After(pass, step, Given.Now);
        }

        return steps;
    }
}
