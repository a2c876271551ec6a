using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class PointsTests
{
    [Theory]
    [InlineData(PointsField.TierPoints, 0, 500)]
    [InlineData(PointsField.Points, 500, 0)]
    public async Task P6_An_enrolment_takes_the_points_along(PointsField field, double points, uint tierPoints)
    {
        await using var world = await PassKitWorld.StartAsync();

        await world.SyncAsync(Wanted(500, field));

        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal((points, tierPoints), (member.Points, member.TierPoints));
        Assert.Equal(["POST member"], world.Calls);
    }

    [Theory]
    [InlineData(PointsField.TierPoints)]
    [InlineData(PointsField.Points)]
    public async Task P6_Points_are_set_by_one_call_to_what_they_should_be_none_included(PointsField field)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500, field));

        (pass, var calls) = await world.CallsOfAsync(Wanted(700, field), pass);
        Assert.Equal(["PUT set"], calls);
        Assert.Equal(700, Shown(world, field));

        (pass, calls) = await world.CallsOfAsync(Wanted(0, field), pass);
        Assert.Equal(["PUT set"], calls);
        Assert.Equal(0, Shown(world, field));

        Assert.Empty((await world.CallsOfAsync(Wanted(0, field), pass)).Calls);
    }

    [Fact]
    public async Task P6_P9_Points_that_change_with_something_else_cost_no_call_of_their_own()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500));

        var (_, calls) = await world.CallsOfAsync(Later(Wanted(700)), pass);

        Assert.Equal(["PUT member"], calls);
        Assert.Equal(700u, world.Sandbox.Find("cus_1")!.TierPoints);
    }

    [Fact]
    public async Task P6_No_points_reach_PassKit_although_something_else_changes_too()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500));

        var (_, calls) = await world.CallsOfAsync(Later(Wanted(0)), pass);

        Assert.Equal(["PUT member", "PUT set"], calls);
        Assert.Equal(0u, world.Sandbox.Find("cus_1")!.TierPoints);
    }

    [Fact]
    public async Task P6_A_call_whose_answer_was_lost_adds_no_points()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500));
        world.Sandbox.Faults.Set(new Sandbox.PassKit.Faults.Fault(Sandbox.PassKit.Faults.FaultKind.CutAfter, Times: 2, Path: "points/set"));

        await world.SyncAsync(Wanted(700), pass);

        Assert.Equal(700u, world.Sandbox.Find("cus_1")!.TierPoints);
    }

    [Fact]
    public async Task P6_P7_Points_that_PassKit_refused_are_not_tried_again_and_others_are()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500));
        world.Sandbox.Faults.Set(new Sandbox.PassKit.Faults.Fault(Sandbox.PassKit.Faults.FaultKind.Fail, Status: 400, Path: "points/set", Times: 1));
        pass = await world.SyncAsync(Wanted(700), pass);
        Assert.Equal(PassState.Failed, pass.State);

        (pass, var calls) = await world.CallsOfAsync(Wanted(700), pass);
        Assert.Empty(calls);

        (pass, calls) = await world.CallsOfAsync(Wanted(800), pass);
        Assert.Equal(["PUT set"], calls);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P6_A_pass_that_is_over_keeps_its_points_and_a_revival_restores_what_they_should_be()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500));
        pass = await world.SyncAsync(Ended(Wanted(0)), pass);
        Assert.DoesNotContain("PUT set", world.Calls);

        (pass, var calls) = await world.CallsOfAsync(Ended(Wanted(300)), pass);
        Assert.Empty(calls);

        (pass, calls) = await world.CallsOfAsync(Wanted(200), pass);
        Assert.Equal(["PUT updateExpiry", "PUT member", "GET member"], calls);
        Assert.Equal(200u, world.Sandbox.Find("cus_1")!.TierPoints);

        pass = await world.SyncAsync(Ended(Wanted(200)), pass);
        await world.SyncAsync(Wanted(0), pass);
        Assert.Equal(0u, world.Sandbox.Find("cus_1")!.TierPoints);
    }

    [Theory]
    [InlineData(PointsField.TierPoints)]
    [InlineData(PointsField.Points)]
    public async Task P6_P8_An_operators_sync_overwrites_points_that_were_changed_by_hand(PointsField field)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(Wanted(500, field));
        await world.Client.SetPointsAsync(pass.MemberId!, new PassPoints(field, 12), TestContext.Current.CancellationToken);

        var (_, calls) = await world.CallsOfAsync(Wanted(500, field), pass, force: true);

        Assert.Equal(["GET member", "PUT set"], calls);
        Assert.Equal(500, Shown(world, field));
    }

    [Fact]
    public async Task P6_Points_that_are_left_to_others_are_never_touched()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await world.Client.SetPointsAsync(pass.MemberId!, new PassPoints(PointsField.Points, 12), TestContext.Current.CancellationToken);

        await world.SyncAsync(Later(PassKitWorld.Wanted()), pass, force: true);

        Assert.Equal(12, world.Sandbox.Find("cus_1")!.Points);
    }

    [Fact]
    public async Task P6_As_many_points_as_PassKit_can_count_are_told_and_read_as_the_same()
    {
        await using var world = await PassKitWorld.StartAsync();
        foreach (var field in new[] { PointsField.TierPoints, PointsField.Points })
        {
            var most = PassPoints.Of(field, [new Core.Money.Spend("vnd", long.MaxValue)])!;
            var wanted = Wanted(most.Amount, field, customer: $"cus_{field}");
            var pass = await world.SyncAsync(wanted);

            var (_, calls) = await world.CallsOfAsync(wanted, pass, force: true);
            Assert.Equal(["GET member"], calls);
        }
    }

    [Fact]
    public async Task P6_The_points_of_a_customer_follow_what_they_paid()
    {
        await using var world = await ActorWorld.StartAsync(passKit: Settings(PointsField.TierPoints));
        await world.TakeAsync(ActorWorld.Event("evt_1", Facts.Charge(50_099)));
        Assert.Equal(500u, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.TierPoints);

        world.PassKit.Sandbox.Calls.Clear();
        await world.TakeAsync(ActorWorld.Event("evt_2", Facts.Charge(1_000, "ch_2")));

        Assert.Equal(510u, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.TierPoints);
        Assert.Equal(["PUT set"], world.PassKit.Calls);
    }

    private static PassKitOptions Settings(PointsField points) =>
        new() { ApiKey = "key", ApiSecret = PassKitWorld.Secret, ProgramId = "program", Metadata = PassKitOptions.MetadataPolicy.Own, Points = points };

    private static WantedPass Wanted(double points, PointsField field = PointsField.TierPoints, string customer = "cus_1")
    {
        var wanted = PassKitWorld.Wanted(customer);
        return wanted with { Content = wanted.Content! with { Points = new PassPoints(field, points) } };
    }

    private static WantedPass Later(WantedPass wanted) => wanted with { Content = wanted.Content! with { Expiry = PassKitWorld.Start.AddDays(60) } };

    private static WantedPass Ended(WantedPass wanted) => PassKitWorld.Over(wanted, PassKitWorld.Start);

    private static double Shown(PassKitWorld world, PointsField field) =>
        field == PointsField.Points ? world.Sandbox.Find("cus_1")!.Points : world.Sandbox.Find("cus_1")!.TierPoints;
}
