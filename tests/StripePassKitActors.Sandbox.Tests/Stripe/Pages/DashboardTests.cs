using System.Net;

namespace StripePassKitActors.Sandbox.Tests.Stripe.Pages;

public sealed class DashboardTests
{
    [Fact]
    public async Task Customers_are_listed_with_what_they_paid_and_their_plans()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.GoAsync("/dashboard");
        Assert.Contains("Nobody bought anything yet", visitor.Text, StringComparison.Ordinal);
        await visitor.SubscribeAsync();
        await visitor.ChooseAsync("Concert ticket", "guest");
        await visitor.PressAsync("Pay", ("email", "guest@example.com"));

        await visitor.GoAsync("/dashboard");

        var rows = visitor.Page.QuerySelectorAll(".people li").Select(row => row.TextContent).ToList();
        Assert.Equal(2, rows.Count);
        Assert.All(["Ada Lovelace", "ada@example.com", "Gold: active", "20.00 USD"], said => Assert.Contains(said, rows[0], StringComparison.Ordinal));
        Assert.All(["Guests", "120.00 USD"], said => Assert.Contains(said, rows[1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Customers_of_before_are_a_page_further()
    {
        await using var visitor = await Visitor.ComeAsync();
        for (var number = 0; number < 51; number++) visitor.Sandbox.Call("POST", "/v1/customers", ("name", $"Number {number}"));

        await visitor.GoAsync("/dashboard");
        Assert.Equal(50, visitor.Page.QuerySelectorAll(".people li").Length);
        await visitor.GoAsync(visitor.Page.QuerySelector("main > p > a.button")!.GetAttribute("href")!);

        Assert.Contains("Number 0", Assert.Single(visitor.Page.QuerySelectorAll(".people li")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_changed()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync("Bronze");
        var gold = (string)visitor.All("price").Single(price => (string?)price["lookup_key"] == "gold")["id"]!;

        await visitor.PressAsync("Change the plan", ("price", gold), ("proration", "always_invoice"));

        Assert.Equal("The plan was changed.", visitor.Notice);
        Assert.Equal(gold, (string?)visitor.One("subscription")["items"]!["data"]![0]!["price"]!["id"]);
        Assert.Equal([1500, 500], visitor.All("invoice").Select(invoice => (long)invoice["amount_paid"]!));
    }

    [Fact]
    public async Task A_subscription_is_cancelled_at_the_end_of_its_period_kept_and_cancelled_now()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Cancel at the end of the period");
        Assert.True((bool)visitor.One("subscription")["cancel_at_period_end"]!);
        Assert.Contains("24 Dec 2026, 10:00", visitor.Text, StringComparison.Ordinal);

        await visitor.PressAsync("Do not cancel");
        Assert.False((bool)visitor.One("subscription")["cancel_at_period_end"]!);

        await visitor.PressAsync("Cancel now");
        Assert.Equal("canceled", (string?)visitor.One("subscription")["status"]);
        Assert.DoesNotContain("Cancel now", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collection_is_paused_and_resumed()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Pause collection", ("behavior", "keep_as_draft"));
        Assert.Equal("keep_as_draft", (string?)visitor.One("subscription")["pause_collection"]!["behavior"]);

        await visitor.PressAsync("Resume collection");
        Assert.Null(visitor.One("subscription")["pause_collection"]);
    }

    [Fact]
    public async Task A_card_that_fails_is_changed_and_the_open_invoice_paid()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync(card: "4000000000000341");
        await visitor.PressAsync("a month");
        await visitor.PressAsync("an hour");

        await visitor.PressAsync("Pay");
        Assert.Equal((HttpStatusCode.PaymentRequired, "Your card was declined."), (visitor.Status, visitor.Notice));
        await visitor.PressAsync("Change the card", ("card", "5555555555554444"));
        Assert.Contains("Mastercard ending in 4444", visitor.Text, StringComparison.Ordinal);
        await visitor.PressAsync("Pay");

        Assert.Equal("The invoice was paid.", visitor.Notice);
        Assert.Equal(["paid", "paid"], visitor.All("invoice").Select(invoice => (string?)invoice["status"]));
        Assert.Equal("active", (string?)visitor.One("subscription")["status"]);
    }

    [Fact]
    public async Task A_payment_is_given_back_in_part_and_then_all_of_it()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Refund", ("amount", "5.50"));
        Assert.Equal(550, (long)visitor.One("charge")["amount_refunded"]!);
        Assert.Contains("14.50 USD", visitor.Page.QuerySelector("#customer")!.TextContent, StringComparison.Ordinal);

        await visitor.PressAsync("Refund");
        Assert.True((bool)visitor.One("charge")["refunded"]!);
    }

    [Theory]
    [InlineData("20.01", "greater than")]
    [InlineData("0", "greater than")]
    [InlineData("-1", "is no amount")]
    [InlineData("1.234", "is no amount")]
    [InlineData("much", "is no amount")]
    [InlineData("79228162514264337593543950335", "is no amount")]
    public async Task An_amount_that_makes_no_sense_is_refused_with_a_sentence(string amount, string sentence)
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Refund", ("amount", amount));

        Assert.Equal((HttpStatusCode.BadRequest, "Ada Lovelace"), (visitor.Status, visitor.Title));
        Assert.Contains(sentence, visitor.Notice, StringComparison.Ordinal);
        Assert.Empty(visitor.All("refund"));
    }

    [Fact]
    public async Task A_refund_fails()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();
        await visitor.PressAsync("Refund");

        await visitor.PressAsync("Fail this refund");

        Assert.Equal(("failed", 0L), ((string?)visitor.One("refund")["status"], (long)visitor.One("charge")["amount_refunded"]!));
    }

    [Theory]
    [InlineData("Win this dispute", "won")]
    [InlineData("Lose this dispute", "lost")]
    public async Task A_payment_is_disputed_and_the_bank_decides(string decision, string status)
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Open a dispute");
        Assert.Equal("needs_response", (string?)visitor.One("dispute")["status"]);

        await visitor.PressAsync(decision);
        Assert.Equal(status, (string?)visitor.One("dispute")["status"]);
    }

    [Fact]
    public async Task A_dispute_may_be_an_inquiry()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Open a dispute", ("inquiry", "yes"));

        Assert.Equal("warning_needs_response", (string?)visitor.One("dispute")["status"]);
    }

    [Fact]
    public async Task What_guests_paid_can_be_given_back_and_disputed_too()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Concert ticket", "guest");
        await visitor.PressAsync("Pay", ("email", "guest@example.com"));

        await visitor.GoAsync("/dashboard/guests");
        Assert.Contains("guest@example.com", visitor.Text, StringComparison.Ordinal);
        Assert.Contains("charge.succeeded", visitor.Text, StringComparison.Ordinal);
        await visitor.PressAsync("Refund", ("amount", "20"));
        await visitor.PressAsync("Open a dispute");

        Assert.Equal(("Guests", "/dashboard/guests"), (visitor.Title, visitor.At.AbsolutePath));
        Assert.Equal(2000, (long)visitor.One("refund")["amount"]!);
        Assert.Contains("charge.dispute.created", visitor.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("subscription")]
    [InlineData("charge")]
    public async Task Metadata_is_set_and_removed(string kind)
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();
        var set = $"/dashboard/{kind}s/{visitor.One(kind)["id"]}/set";

        await visitor.PostAsync(set, ("key", "passkit_name"), ("value", "Countess & <b>"));
        Assert.Equal("Countess & <b>", (string?)visitor.One(kind)["metadata"]!["passkit_name"]);
        Assert.Empty(visitor.Page.QuerySelectorAll("main b"));

        await visitor.PressAsync("Remove");
        Assert.Empty(visitor.One(kind)["metadata"]!.AsObject());
        await visitor.PostAsync(set, ("key", ""), ("value", "1"));
        Assert.Equal((HttpStatusCode.BadRequest, "Missing required param: key."), (visitor.Status, visitor.Notice));
        await visitor.PostAsync(set, ("key", "a[b]"), ("value", "1"));
        Assert.Contains("square brackets", visitor.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_that_is_there_is_seen_without_unfolding_it()
    {
        await using var visitor = await Visitor.ComeAsync();
        var customer = await visitor.SubscribeAsync();
        Assert.DoesNotContain(visitor.Page.QuerySelectorAll("details"), one => one.Id == $"{customer}-metadata" && one.HasAttribute("open"));

        visitor.Sandbox.Operations.SetMetadata($"/v1/customers/{customer}", "passkit_installed_at", "2026-11-24T10:00:00Z");
        await visitor.GoAsync($"/dashboard/customers/{customer}");

        Assert.Contains("passkit_installed_at", visitor.Page.QuerySelector($"details[open]#{customer}-metadata")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_are_held_back_and_let_go()
    {
        await using var visitor = await Visitor.ComeAsync();
        var customer = await visitor.SubscribeAsync();

        await visitor.PressAsync("Hold webhooks back");
        Assert.Equal(("Webhooks are held back.", $"/dashboard/customers/{customer}", true), (visitor.Notice, visitor.At.AbsolutePath, visitor.Sandbox.HoldsWebhooks));
        await visitor.PressAsync("Let webhooks go");

        Assert.Equal(("Webhooks leave at once.", false), (visitor.Notice, visitor.Sandbox.HoldsWebhooks));
    }

    [Fact]
    public async Task A_customer_is_deleted_and_what_was_told_of_it_stays()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();

        await visitor.PressAsync("Delete the customer");

        Assert.Equal("The customer was deleted.", visitor.Notice);
        Assert.Contains("customer.deleted", visitor.Text, StringComparison.Ordinal);
        Assert.Equal("canceled", (string?)visitor.One("subscription")["status"]);
        Assert.Empty(visitor.All("customer"));
        Assert.DoesNotContain("Change the card", visitor.Text, StringComparison.Ordinal);
        await visitor.GoAsync("/dashboard");
        Assert.DoesNotContain("Ada", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_shown_with_their_deliveries_and_delivered_again()
    {
        await using var webhook = await Receiver.StartAsync(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Merchant.Opening));
        await using var visitor = await Visitor.ComeAsync(webhook: webhook.Url);
        webhook.Answer = told => told.Type == "customer.created" ? 500 : 200;
        var customer = await visitor.SubscribeAsync();
        await visitor.Sandbox.SettledAsync(Visitor.Stop);

        await visitor.GoAsync($"/dashboard/customers/{customer}");
        Assert.Contains("answered 500, tried again after 1 try", Row("customer.created"), StringComparison.Ordinal);
        Assert.Contains("delivered", Row("invoice.paid"), StringComparison.Ordinal);
        webhook.Answer = _ => 200;
        await visitor.PressAsync("Deliver customer.created again");
        await visitor.Sandbox.SettledAsync(Visitor.Stop);

        Assert.Equal(2, webhook.Events.Count(told => told.Type == "customer.created"));

        string Row(string type) => visitor.Page.QuerySelectorAll("#events li").Single(row => row.QuerySelector("code")!.TextContent == type).TextContent;
    }

    [Theory]
    [InlineData("an hour", "24 Nov 2026, 11:00")]
    [InlineData("a day", "25 Nov 2026, 10:00")]
    [InlineData("a week", "1 Dec 2026, 10:00")]
    [InlineData("a month", "24 Dec 2026, 10:00")]
    public async Task The_clock_moves_and_the_page_stays(string by, string then)
    {
        await using var visitor = await Visitor.ComeAsync();
        var customer = await visitor.SubscribeAsync();

        await visitor.PressAsync(by);

        Assert.Equal($"The clock was moved to {then}.", visitor.Notice);
        Assert.Equal($"/dashboard/customers/{customer}", visitor.At.AbsolutePath);
        Assert.Equal($"{then} UTC", visitor.Page.QuerySelector("#now")!.TextContent);
    }

    [Theory]
    [InlineData("decade", "/dashboard")]
    [InlineData("", "/dashboard")]
    public async Task A_move_that_nobody_offers_is_refused(string by, string back)
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.PostAsync("/dashboard/clock", ("by", by), ("back", back));

        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        Assert.Equal(Merchant.Opening, visitor.Sandbox.Operations.Now);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("/dashboard@evil.example")]
    [InlineData("/dashboard/../x\r\nSet-Cookie: a=b")]
    public async Task A_move_of_the_clock_leads_to_a_page_of_the_dashboard_only(string back)
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.PostAsync("/dashboard/clock", ("by", "day"), ("back", back));

        Assert.Equal(("Customers", "/dashboard"), (visitor.Title, visitor.At.AbsolutePath));
    }

    [Fact]
    public async Task A_clock_that_cannot_be_moved_says_so()
    {
        await using var visitor = await Visitor.ComeAsync(movable: false);

        await visitor.GoAsync("/dashboard");
        Assert.Contains("The clock here is the machine’s", visitor.Text, StringComparison.Ordinal);
        Assert.Null(visitor.Page.QuerySelector("[name=by]"));

        await visitor.PostAsync("/dashboard/clock", ("by", "day"));
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
    }

    [Theory]
    [InlineData("/dashboard/subscriptions/sub_none/cancel")]
    [InlineData("/dashboard/charges/ch_none/refund")]
    [InlineData("/dashboard/refunds/re_none/fail")]
    [InlineData("/dashboard/disputes/du_none/win")]
    [InlineData("/dashboard/invoices/in_none/pay")]
    [InlineData("/dashboard/customers/cus_none/delete")]
    [InlineData("/dashboard/events/evt_none/deliver")]
    [InlineData("/dashboard/charges/evt_none/explode")]
    public async Task An_action_on_nothing_gets_a_page_with_a_sentence(string path)
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.PostAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "Not here"), (visitor.Status, visitor.Title));
    }

    [Fact]
    public async Task A_customer_whom_nobody_knows_has_a_page_that_says_so()
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.GoAsync("/dashboard/customers/cus_none");

        Assert.Equal(HttpStatusCode.NotFound, visitor.Status);
        Assert.Contains("No such customer: 'cus_none'", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_that_Stripe_refuses_shows_its_words_on_the_page()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync();
        var again = $"/dashboard/subscriptions/{visitor.One("subscription")["id"]}/cancel";
        await visitor.PressAsync("Cancel now");

        await visitor.PostAsync(again);

        Assert.Equal((HttpStatusCode.NotFound, "Ada Lovelace"), (visitor.Status, visitor.Title));
        Assert.Contains("No such subscription", visitor.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_name_holds_is_text_and_never_markup()
    {
        await using var visitor = await Visitor.ComeAsync();
        const string Name = "<script>alert(1)</script>";
        var customer = (string?)visitor.Sandbox.Call("POST", "/v1/customers", ("name", Name), ("email", "\"><b>@example.com"))["id"];

        foreach (var path in (string[])["/", "/dashboard", $"/dashboard/customers/{customer}"])
        {
            await visitor.GoAsync(path);

            Assert.Contains(Name, visitor.Text, StringComparison.Ordinal);
            Assert.Empty(visitor.Page.QuerySelectorAll("main script, main b"));
        }
    }

    [Fact]
    public async Task Open_pages_hear_of_changes_and_of_nothing_that_only_reads()
    {
        await using var visitor = await Visitor.ComeAsync();
        var change = visitor.Sandbox.NextChange();

        await visitor.GoAsync("/dashboard");
        Assert.False(change.IsCompleted);

        await visitor.PressAsync("an hour");
        Assert.True(change.IsCompleted);
        change = visitor.Sandbox.NextChange();
        visitor.Sandbox.Call("POST", "/v1/customers", ("name", "Ada"));
        Assert.True(change.IsCompleted);
    }

    [Fact]
    public async Task A_page_that_is_open_does_not_keep_the_app_from_stopping()
    {
        var visitor = await Visitor.ComeAsync();
        using var http = new HttpClient { BaseAddress = visitor.Sandbox.Address };
        await using var changes = await http.GetStreamAsync("/pages/changes", Visitor.Stop);
        using var reader = new StreamReader(changes);
        Assert.Equal("data: changed", await reader.ReadLineAsync(Visitor.Stop));

        await visitor.DisposeAsync();

        // Cut off, as it would be if the app waited for it in vain, it could not be read to its end.
        await reader.ReadToEndAsync(Visitor.Stop);
    }

    [Fact]
    public async Task Every_field_has_a_label_and_every_id_is_there_once()
    {
        await using var visitor = await Visitor.ComeAsync();
        var customer = await visitor.SubscribeAsync();
        await visitor.PressAsync("Refund", ("amount", "1"));
        await visitor.ChooseAsync("Concert ticket", "guest");
        var checkout = visitor.At.AbsolutePath;

        foreach (var path in (string[])["/", checkout, "/dashboard", $"/dashboard/customers/{customer}"])
        {
            await visitor.GoAsync(path);

            Assert.All(
                visitor.Page.QuerySelectorAll("main input:not([type=hidden]), main select"),
                field => Assert.True(field.Closest("label") is not null || visitor.Page.QuerySelector($"label[for='{field.Id}']") is not null, field.OuterHtml));
            var ids = visitor.Page.QuerySelectorAll("[id]").Select(one => one.Id).ToList();
            Assert.Equal(ids.Distinct(), ids);
        }
    }
}
