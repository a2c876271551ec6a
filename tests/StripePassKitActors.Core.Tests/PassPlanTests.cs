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

    private static readonly PassPoints Hundred = new(PointsField.TierPoints, 100);

    private static PassRecord Told(PassContent content) => new() { MemberId = "member", Told = content };

    /// <summary>A pass that is over, and was seen to be.</summary>
    private static PassRecord Lapsed(PassContent content) => Told(content) with { LapseSeen = content.Expiry };

    [Fact]
    public void P9_Nothing_is_sent_when_nothing_differs() => Assert.Empty(Steps(Told(Gold), Gold, honoured: true));

    [Fact]
    public void A_member_is_made_only_for_a_customer_who_is_entitled()
    {
        Assert.IsType<PassStep.Enrol>(PassPlan.Next(new PassRecord(), Gold, honoured: true, null, null, Given.Now));
        Assert.Null(PassPlan.Next(new PassRecord(), Over, honoured: false, null, null, Given.Now));
    }

    [Fact]
    public void P9_A_renewal_is_one_call() =>
        Assert.Equal(["Update"], Steps(Told(Gold), Gold with { Expiry = Given.PeriodEnd.AddDays(30) }, honoured: true));

    [Fact]
    public void P4_P5_A_revoke_sends_content_first_and_expiry_last_and_reads_back() =>
        Assert.Equal(["Update", "SetExpiry", "Confirm"], Steps(Told(Gold), Over, honoured: false));

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    public void P4_A_pass_that_should_have_ended_long_ago_ended_yesterday_so_that_PassKit_does_not_delete_it(double ago, double told)
    {
        var over = Told(Over with { Expiry = Given.PeriodEnd });

        var step = PassPlan.Next(over, Over with { Expiry = Given.Now.AddDays(-ago) }, honoured: false, null, null, Given.Now);

        Assert.Equal(new PassStep.SetExpiry(Given.Now.AddDays(-told)), step);
    }

    [Fact]
    public void P4_A_revival_sends_expiry_first_then_all_content_and_reads_back() =>
        Assert.Equal(["SetExpiry", "Update", "Confirm"], Steps(Told(Over), Gold, honoured: true));

    [Fact]
    public void P4_An_expired_pass_that_stays_expired_is_left_alone() =>
        Assert.Empty(Steps(Lapsed(Over), Over with { Expiry = Given.Now.AddDays(-9), Metadata = Over.Metadata.SetItem("status", "suspended") }, honoured: false));

    [Fact]
    public void P2_Silence_erases_nobodys_name() =>
        Assert.Empty(Steps(Told(Gold), Gold with { Person = Person.Unknown }, honoured: true));

    [Fact]
    public void B9_A_linked_member_is_adopted_once()
    {
        Assert.IsType<PassStep.Adopt>(PassPlan.Next(new PassRecord(), Gold, honoured: true, "theirs", null, Given.Now));
        Assert.Null(PassPlan.Next(Told(Gold) with { LinkedMember = "theirs" }, Gold, honoured: true, "theirs", null, Given.Now));
    }

    [Fact]
    public void B9_A_member_that_an_enrolment_without_an_answer_may_have_made_is_looked_for_before_another_is_adopted() =>
        Assert.IsType<PassStep.Find>(PassPlan.Next(new PassRecord { Told = Gold }, Gold, honoured: true, "theirs", null, Given.Now));

    [Fact]
    public void P2_What_one_update_leaves_open_stays_told() =>
        Assert.Empty(Steps(PassPlan.After(Told(Gold), new PassStep.Update(new Person("Ada King", null, null), null, null), Given.Now), Gold with { Person = new Person("Ada King", "ada@example.com", null) }, honoured: true));

    [Fact]
    public void B9_A_link_is_not_adopted_while_nothing_is_earned() =>
        Assert.Null(PassPlan.Next(new PassRecord(), Over, honoured: false, "theirs", null, Given.Now));

    [Fact]
    public void P1_An_enrolment_that_was_not_answered_is_looked_for_when_nothing_is_earned_any_more() =>
        Assert.IsType<PassStep.Find>(PassPlan.Next(new PassRecord { Told = Gold }, Over, honoured: false, null, null, Given.Now));

    [Fact]
    public void P4_A_pass_is_over_at_the_very_moment_of_its_expiry()
    {
        Assert.Empty(Steps(Lapsed(Gold with { Expiry = Given.Now }), Over with { Expiry = Given.Now }, honoured: false));
        Assert.Equal(["SetExpiry", "Update", "Confirm"], Steps(Told(Gold with { Expiry = Given.Now }), Gold, honoured: true));
        Assert.Equal(["Update", "SetExpiry", "Confirm"], Steps(Told(Gold), Over with { Expiry = Given.Now }, honoured: false));
    }

    [Fact]
    public void P4_A_pass_that_is_over_is_not_revived_by_an_end_that_is_a_moment_ahead() =>
        Assert.Empty(Steps(Lapsed(Over), Over with { Expiry = Given.Now.AddSeconds(5) }, honoured: false));

    [Theory]
    [InlineData(60, true, "SetExpiry", "Update", "Confirm")]
    [InlineData(61, true, "Update")]
    [InlineData(60, false, "Update")]
    public void P4_A_pass_that_may_be_over_by_PassKits_clock_is_renewed_like_one_that_is(int seconds, bool honoured, params string[] steps) => Assert.Equal(
        steps, Steps(Told(Gold with { Expiry = Given.Now.AddSeconds(seconds) }), Gold with { Metadata = Gold.Metadata.SetItem("status", "renewed") }, honoured));

    [Fact]
    public void P4_An_end_that_moves_within_the_minute_in_which_a_pass_may_be_over_revives_nothing() =>
        Assert.Equal(["Update"], Steps(Told(Gold with { Expiry = Given.Now.AddSeconds(30) }), Gold with { Expiry = Given.Now.AddSeconds(60) }, honoured: true));

    [Fact]
    public void P4_A_name_is_told_to_no_pass_that_is_over() =>
        Assert.Equal(["SetExpiry", "Confirm"], Steps(Told(Gold), Gold with { Expiry = Given.Now, Person = new Person("Ada King", null, null) }, honoured: false));

    [Fact]
    public void P4_The_next_external_id_is_the_second_of_its_customer() =>
        Assert.Equal(("cus_1", "cus_1~2", "cus_1~3"),
            (new PassRecord().ExternalId("cus_1"), new PassRecord { Generation = 1 }.ExternalId("cus_1"), new PassRecord { Generation = 2 }.ExternalId("cus_1")));

    [Fact]
    public void P5_A_pass_that_lapsed_by_itself_is_read_back_once() => Assert.Equal(["Confirm"], Steps(Told(Over), Over, honoured: false));

    [Fact]
    public void P5_A_pass_that_is_over_anew_is_read_back_anew() =>
        Assert.Equal(["Confirm"], Steps(Lapsed(Over) with { LapseSeen = Over.Expiry.AddDays(-30) }, Over, honoured: false));

    [Fact]
    public void P6_Points_go_with_what_is_sent_anyway_and_alone_where_nothing_else_differs()
    {
        Assert.Equal(["SetPoints"], Steps(Told(Gold), Gold with { Points = Hundred }, honoured: true));
        Assert.Equal(["Update"], Steps(Told(Gold), Gold with { Points = Hundred, Expiry = Given.PeriodEnd.AddDays(30) }, honoured: true));
        Assert.Empty(Steps(Told(Gold with { Points = Hundred }), Gold with { Points = Hundred }, honoured: true));
    }

    [Fact]
    public void P6_No_points_are_told_by_a_call_of_their_own_because_an_update_passes_over_a_zero() =>
        Assert.Equal(
            ["Update", "SetPoints"],
            Steps(Told(Gold with { Points = Hundred }), Gold with { Points = Hundred with { Amount = 0 }, Expiry = Given.PeriodEnd.AddDays(30) }, honoured: true));

    [Fact]
    public void P6_Another_balance_is_told_although_the_number_is_the_same() =>
        Assert.Equal(["SetPoints"], Steps(Told(Gold with { Points = Hundred }), Gold with { Points = Hundred with { Field = PointsField.Points } }, honoured: true));

    [Fact]
    public void P6_Points_that_are_left_to_others_are_not_taken_away() =>
        Assert.Empty(Steps(Told(Gold with { Points = Hundred }), Gold, honoured: true));

    [Fact]
    public void P6_Points_are_not_told_to_a_pass_that_is_over_and_a_revival_restores_them()
    {
        var (gold, over) = (Gold with { Points = Hundred }, Over with { Points = Hundred with { Amount = 7 } });

        Assert.Equal(["Update", "SetExpiry", "Confirm"], Steps(Told(gold), over, honoured: false));
        Assert.Empty(Steps(Lapsed(Over with { Points = Hundred }), over, honoured: false));
        Assert.Equal(["SetExpiry", "Update", "Confirm"], Steps(Lapsed(Over with { Points = Hundred }), gold, honoured: true));
        var revived = PassPlan.After(Lapsed(Over with { Points = Hundred }), new PassStep.SetExpiry(gold.Expiry), Given.Now);
        Assert.Equal(Hundred, Assert.IsType<PassStep.Update>(PassPlan.Next(revived, gold, honoured: true, null, null, Given.Now)).Points);
    }

    [Fact]
    public void P6_An_update_without_points_leaves_those_that_were_told()
    {
        var told = Told(Gold with { Points = Hundred });

        Assert.Equal(Hundred, PassPlan.After(told, new PassStep.Update(null, null, Given.PeriodEnd), Given.Now).Told!.Points);
        Assert.Equal(7, PassPlan.After(told, new PassStep.Update(null, null, null, Hundred with { Amount = 7 }), Given.Now).Told!.Points!.Amount);
    }

    [Fact]
    public void P2_A_name_that_changed_is_told_with_nothing_else()
    {
        var step = Assert.IsType<PassStep.Update>(PassPlan.Next(Told(Gold), Gold with { Person = new Person("Ada King", null, null) }, honoured: true, null, null, Given.Now));

        Assert.Equal((new Person("Ada King", null, null), null, null, null), (step.Person, step.Metadata, step.Expiry, step.Points));
    }

    [Fact]
    public void P2_A_person_of_whom_nothing_changed_is_not_told_with_the_rest() =>
        Assert.Null(Assert.IsType<PassStep.Update>(PassPlan.Next(Told(Gold), Gold with { Expiry = Given.PeriodEnd.AddDays(30) }, honoured: true, null, null, Given.Now)).Person);

    [Fact]
    public void P5_Reading_back_a_pass_that_is_valid_says_nothing_of_a_lapse()
    {
        var valid = PassPlan.After(Told(Gold) with { Unconfirmed = true, LapseSeen = Given.Now.AddDays(-90) }, new PassStep.Confirm(), Given.Now);

        Assert.Equal((false, Given.Now.AddDays(-90)), (valid.Unconfirmed, valid.LapseSeen));
        Assert.Equal(Over.Expiry, PassPlan.After(Told(Over), new PassStep.Confirm(), Given.Now).LapseSeen);
    }

    [Fact]
    public void P4_A_pass_lapsed_when_it_was_told_to_or_should_have_been()
    {
        Assert.Equal(Given.Now, Told(Gold with { Expiry = Given.Now }).LapsedAt(Given.Now));
        Assert.Null(Told(Gold with { Expiry = Given.Now.AddTicks(1) }).LapsedAt(Given.Now));
        Assert.Equal(Given.Now, (Told(Gold) with { Refused = Gold with { Expiry = Given.Now } }).LapsedAt(Given.Now));
        Assert.Null((Told(Gold) with { Refused = Gold }).LapsedAt(Given.Now));
    }

    [Fact]
    public void P8_A_member_that_was_deleted_by_hand_is_made_again_only_for_a_payment_made_since()
    {
        var deleted = new PassRecord { DeletedAt = Given.Now };

        Assert.Null(PassPlan.Next(deleted, Gold, honoured: true, null, null, Given.Now));
        Assert.Null(PassPlan.Next(deleted, Gold, honoured: true, null, Given.Now, Given.Now));
        Assert.IsType<PassStep.Enrol>(PassPlan.Next(deleted, Gold, honoured: true, null, Given.Now.AddSeconds(1), Given.Now));
        Assert.Null(PassPlan.Next(deleted, Over, honoured: false, null, Given.Now.AddSeconds(1), Given.Now));
    }

    private static List<string> Steps(PassRecord pass, PassContent wanted, bool honoured)
    {
        List<string> steps = [];
        while (PassPlan.Next(pass, wanted, honoured, null, null, Given.Now) is { } step)
        {
            Assert.True(steps.Count < 10, "The plan never ends.");
            steps.Add(step.GetType().Name);
            pass = PassPlan.After(pass, step, Given.Now);
        }

        return steps;
    }
}
