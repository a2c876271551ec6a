using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.PassKit;

/// <summary>PassKit's own email with a new pass, and a page that shows the pass instead.</summary>
public sealed class MailTests
{
    private static readonly CheckoutClaim Claim = new("cs_1", Paid: true, SubscriptionId: "sub_1", Created: PassKitWorld.Start);

    [Fact]
    public async Task Who_saw_no_page_is_mailed_once_ten_minutes_after_the_pass_was_made()
    {
        await using var world = await StartedAsync();
        Assert.Equal(PassKitWorld.Start + PassMail.PageFirst, world.Reminders.Due);
        Assert.Empty(world.PassKit.Sandbox.Mail);

        await world.WakeWhenDueAsync();
        await world.TakeAsync(Event("evt_3", Facts.Charge(100)));
        await world.WakeWhenDueAsync();

        Assert.Equal(PassKitWorld.Email, Assert.Single(world.PassKit.Sandbox.Mail).To);
    }

    [Fact]
    public async Task Whom_a_page_showed_the_pass_is_not_mailed()
    {
        await using var world = await StartedAsync();

        var answer = await world.PassAsync(Claim);
        Assert.Equal(CheckoutPass.Ready, answer.Pass);
        Assert.EndsWith((await world.InspectAsync()).Pass.MemberId!, answer.Url, StringComparison.Ordinal);
        await world.WakeWhenDueAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task A_page_is_remembered_once()
    {
        await using var world = await StartedAsync();
        await world.PassAsync(Claim);
        world.ForgetJournal();

        await world.PassAsync(Claim);

        Assert.Empty(world.Journal);
    }

    [Fact]
    public async Task Without_the_setting_nobody_is_mailed()
    {
        await using var world = await StartedAsync(PassKitOptions.EmailPolicy.None);

        await world.WakeWhenDueAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task Another_pass_in_place_of_the_first_is_mailed_too()
    {
        await using var world = await StartedAsync();
        await world.WakeWhenDueAsync();
        world.PassKit.Sandbox.Remove(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.Id);

        await world.SyncAsync();
        await world.WakeWhenDueAsync();

        Assert.Equal(2, world.PassKit.Sandbox.Mail.Select(mail => mail.MemberId).Distinct().Count());
    }

    [Fact]
    public async Task Nobody_gets_two_when_a_turn_ends_unsaved()
    {
        await using var world = await StartedAsync();
        world.PassKit.Clock.Advance(PassMail.PageFirst);
        world.State.CommitsUntilFailure = 1;

        await world.WakeAsync();
        await world.WakeAsync();

        Assert.Single(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task An_email_that_PassKit_refuses_fails_no_pass_and_is_not_tried_again()
    {
        await using var world = await StartedAsync();
        world.PassKit.Clock.Advance(PassMail.PageFirst);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Times: 1));

        await world.WakeAsync();
        await world.WakeAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Contains(world.PassKit.Logs.GetSnapshot(), log => log.Id.Id == 2103);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task An_email_that_PassKit_says_it_did_not_send_goes_out_once_it_may(int status)
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: status, Path: "email", RetryAfter: status == 429 ? 3_600 : null));
        await world.WakeWhenDueAsync();
        Assert.Null((await world.RecordAsync())!.Pass.EmailedAt);
        await world.WakeWhenDueAsync();
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromMinutes(10), TimeSpan.FromHours(2)); // an hour, or a quarter of one where nobody asked for more

        world.PassKit.Sandbox.Faults.Clear();
        await world.WakeWhenDueAsync();
        await world.WakeAsync();

        Assert.Equal(PassKitWorld.Email, Assert.Single(world.PassKit.Sandbox.Mail).To);
    }

    [Fact]
    public async Task An_email_that_PassKit_goes_on_not_sending_is_given_up_after_a_day()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403, Path: "email"));
        while (world.Now < PassKitWorld.Start + TimeSpan.FromDays(1)) await world.WakeWhenDueAsync();
        world.PassKit.Sandbox.Faults.Clear();

        await world.WakeAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
        Assert.Equal(Facts.PeriodEnd + ActorWorld.Membership.ExpiryMargin, world.Reminders.Due);
    }

    [Fact]
    public async Task An_email_that_PassKit_says_it_did_not_send_at_an_operators_word_goes_out_by_itself_when_it_is_due()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 429, Times: 1));
        Assert.NotNull((await world.EmailAsync()).Failure);

        await world.WakeWhenDueAsync();

        Assert.Single(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task An_email_that_may_have_gone_out_at_an_operators_word_does_not_go_out_again_by_itself()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        Assert.NotNull((await world.EmailAsync()).Failure);
        world.PassKit.Sandbox.Faults.Clear();

        world.PassKit.Clock.Advance(PassMail.PageFirst);
        await world.WakeAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
        Assert.NotNull((await world.RecordAsync())!.Pass.EmailedAt);
    }

    [Fact]
    public async Task Whoever_turns_it_on_mails_nobody_of_long_ago()
    {
        await using var world = await StartedAsync();
        world.PassKit.Clock.Advance(TimeSpan.FromDays(2));

        await world.WakeAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task A_pass_that_is_over_by_then_is_not_mailed()
    {
        await using var world = await StartedAsync();
        await world.TakeAsync(Event("evt_3", Facts.Subscription("canceled", seconds: 10)));

        await world.WakeAsync();
        world.PassKit.Clock.Advance(PassMail.PageFirst);
        await world.WakeAsync();

        Assert.Empty(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task B9_A_linked_members_pass_is_shown_like_any_other_and_then_not_mailed()
    {
        await using var world = await StartAsync(passKit: Settings(PassKitOptions.EmailPolicy.WhenNoPage));
        var linked = await world.PassKit.Client.EnrolAsync("till_7", PassKitWorld.Wanted(ActorWorld.CustomerId).Content!, TestContext.Current.CancellationToken);

        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Person(PassKitWorld.Email) with { Metadata = Facts.Person("").Metadata.Add("passkit_link_member", linked) }));

        var shown = await world.PassAsync(Claim);
        Assert.Equal(CheckoutPass.Ready, shown.Pass);
        Assert.EndsWith($"/{linked}", shown.Url, StringComparison.Ordinal);

        world.PassKit.Clock.Advance(PassMail.PageFirst);
        await world.WakeAsync();
        Assert.Empty(world.PassKit.Sandbox.Mail);
    }

    [Fact]
    public async Task What_was_matched_by_an_address_is_mailed_and_never_shown()
    {
        await using var world = await StartedAsync();

        Assert.Equal(new CheckoutAnswer(CheckoutPass.Mailed, null, null), await world.PassAsync(Claim with { MatchedByEmail = true }));
    }

    [Fact]
    public async Task A_page_is_told_how_the_pass_stands()
    {
        await using var world = await StartAsync();
        Assert.Equal(CheckoutPass.Making, (await world.PassAsync(Claim)).Pass);
        Assert.Empty(world.Journal);

        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Equal(CheckoutPass.Making, (await world.PassAsync(Claim)).Pass);

        await world.WakeWhenDueAsync();
        Assert.Equal(CheckoutPass.Ready, (await world.PassAsync(Claim)).Pass);
        await world.TakeAsync(Event("evt_2", Facts.Charge(100) with { PaymentIntentId = "pi_9" }), Event("evt_3", new CheckoutSessionFact { Id = "cs_9", AsOf = Facts.At("evt_3"), Paid = true }));
        Assert.Equal(CheckoutPass.None, (await world.PassAsync(new CheckoutClaim("cs_9", Paid: true, PaymentId: "pi_9"))).Pass);
    }

    [Fact]
    public async Task A_pass_that_PassKit_refuses_is_trouble()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Times: 1));

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal(CheckoutPass.Trouble, (await world.PassAsync(Claim)).Pass);
    }

    [Fact]
    public async Task An_operator_has_it_mailed_as_often_as_it_takes()
    {
        await using var world = await StartedAsync(PassKitOptions.EmailPolicy.None);

        Assert.NotNull((await world.EmailAsync()).Customer);
        Assert.NotNull((await world.EmailAsync()).Customer);

        Assert.Equal(2, world.PassKit.Sandbox.Mail.Count);
        Assert.False((await world.RecordAsync())!.Underway);
    }

    [Fact]
    public async Task An_operator_is_told_that_there_is_nobody_or_no_pass_or_no_PassKit()
    {
        await using var world = await StartAsync();
        Assert.Equal(new EmailAnswer(null, null, null), await world.EmailAsync());

        await world.TakeAsync(Event("evt_1", Facts.Charge(100)));
        Assert.NotNull((await world.EmailAsync()).Refusal);

        await world.TakeAsync(Event("evt_2", Facts.Subscription()), Event("evt_3", Facts.Person(PassKitWorld.Email)));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 500, Times: 1));
        Assert.NotNull((await world.EmailAsync()).Failure);
        Assert.Empty(world.PassKit.Sandbox.Mail);
        Assert.False((await world.RecordAsync())!.Underway);
    }

    private static PassKitOptions Settings(PassKitOptions.EmailPolicy email) => new() { ApiKey = "key", ApiSecret = PassKitWorld.Secret, ProgramId = "program", Metadata = PassKitOptions.MetadataPolicy.Own, Email = email };

    private static async Task<ActorWorld> StartedAsync(PassKitOptions.EmailPolicy email = PassKitOptions.EmailPolicy.WhenNoPage)
    {
        var world = await StartAsync(passKit: Settings(email));
        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Person(PassKitWorld.Email)));
        return world;
    }
}
