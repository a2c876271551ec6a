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
