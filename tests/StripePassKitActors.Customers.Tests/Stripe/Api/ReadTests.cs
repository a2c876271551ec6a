using System.Text.Json;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>What comes with each object that is read.</summary>
public sealed class ReadTests : IAsyncLifetime
{
    private StripeWorld stripe = null!;

    public async ValueTask InitializeAsync() => stripe = await StripeWorld.StartAsync();

    public ValueTask DisposeAsync() => stripe.DisposeAsync();

    [Fact]
    public async Task A_charge_comes_with_its_refunds_and_the_moment_that_Stripe_said_so()
    {
        var charge = stripe.Pay();
        var refund = (string?)stripe.Dashboard.Refund(charge, 400)["id"];
        stripe.Clock.Advance(TimeSpan.FromHours(3));

        var read = Assert.Single(await stripe.Api.ReadAsync("charge", charge, StripeWorld.Stop));

        Assert.Equal(("charge", charge, stripe.Clock.GetUtcNow()), (read.Kind, read.Id, read.At));
        Assert.Equal([refund], Ids(read.Json, "refunds"));
        Assert.Single(stripe.Calls);
    }

    [Fact]
    public async Task A_charge_with_more_refunds_than_it_shows_comes_with_all_of_them()
    {
        var charge = stripe.Pay();
        var refunds = Enumerable.Range(0, 12).Select(_ => (string?)stripe.Dashboard.Refund(charge, 10)["id"]).Reverse().ToList();

        var read = Assert.Single(await stripe.Api.ReadAsync("charge", charge, StripeWorld.Stop));

        Assert.Equal(refunds, Ids(read.Json, "refunds"));
        Assert.False(read.Json.GetProperty("refunds").GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Disputes_are_asked_for_only_if_the_charge_was_disputed()
    {
        var (quiet, contested) = (stripe.Pay(), stripe.Pay());
        var dispute = (string?)stripe.Dashboard.OpenDispute(contested, 300)["id"];

        Assert.Single(await stripe.Api.ReadAsync("charge", quiet, StripeWorld.Stop));
        Assert.DoesNotContain(stripe.Calls, call => call.StartsWith("/v1/disputes", StringComparison.Ordinal));

        var read = await stripe.Api.ReadAsync("charge", contested, StripeWorld.Stop);
        Assert.Equal([("charge", contested), ("dispute", dispute)], read.Select(one => (one.Kind, (string?)one.Id)));
    }

    [Fact]
    public async Task A_refund_and_a_dispute_are_read_as_their_charge()
    {
        var charge = stripe.Pay();
        var refund = (string)stripe.Dashboard.Refund(charge, 400)["id"]!;
        var dispute = (string)stripe.Dashboard.OpenDispute(charge, 300)["id"]!;

        foreach (var (kind, id) in new[] { ("refund", refund), ("dispute", dispute) })
        {
            var read = await stripe.Api.ReadAsync(kind, id, StripeWorld.Stop);
            Assert.Equal([charge, dispute], read.Select(one => one.Id));
            Assert.Equal([refund], Ids(read[0].Json, "refunds"));
        }
    }

    [Fact]
    public async Task A_subscription_comes_with_the_products_of_its_prices()
    {
        var price = stripe.Price();
        stripe.Sandbox.Call("POST", $"/v1/products/{price["product"]}", ("metadata[passkit_tier]", "gold"));
        var subscription = (string)stripe.Buy(price)["subscription"]!;

        var read = Assert.Single(await stripe.Api.ReadAsync("subscription", subscription, StripeWorld.Stop));

        var product = read.Json.GetProperty("items").GetProperty("data")[0].GetProperty("price").GetProperty("product");
        Assert.Equal("gold", product.GetProperty("metadata").GetProperty("passkit_tier").GetString());
    }

    [Fact]
    public async Task A_subscription_past_due_comes_with_its_open_invoice_and_when_that_first_failed()
    {
        var subscription = (string)stripe.Buy(stripe.Price(), "4000000000000341")["subscription"]!;
        stripe.Clock.SetUtcNow(StripeWorld.Start.AddMonths(1).AddDays(9));

        var read = await stripe.Api.ReadAsync("subscription", subscription, StripeWorld.Stop);

        Assert.Equal(["subscription", "invoice"], read.Select(one => one.Kind));
        Assert.Equal("past_due", read[0].Json.GetProperty("status").GetString());
        Assert.Equal(StripeWorld.Start.AddMonths(1).AddHours(1), read[1].FirstFailedAt);
        var charges = stripe.Sandbox.Call("GET", "/v1/charges")["data"]!.AsArray();
        Assert.True(charges.Count(charge => (string?)charge!["status"] == "failed") > 1, "only the first of several failures is meant");
    }

    [Fact]
    public async Task An_open_invoice_comes_with_its_payments_and_its_first_failure_and_a_paid_one_with_none()
    {
        var bought = stripe.Buy(stripe.Price(), "4000000000000341");
        stripe.Clock.SetUtcNow(StripeWorld.Start.AddMonths(1).AddDays(1));
        var open = (string)stripe.Sandbox.Call("GET", "/v1/invoices", ("status", "open"))["data"]![0]!["id"]!;

        var owed = Assert.Single(await stripe.Api.ReadAsync("invoice", open, StripeWorld.Stop));
        var paid = Assert.Single(await stripe.Api.ReadAsync("invoice", (string)bought["invoice"]!, StripeWorld.Stop));

        Assert.Equal(StripeWorld.Start.AddMonths(1).AddHours(1), owed.FirstFailedAt);
        Assert.Single(Ids(owed.Json, "payments"));
        Assert.Null(paid.FirstFailedAt);
        Assert.DoesNotContain(stripe.Calls, call => call.StartsWith("/v1/prices", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invoice_outside_a_subscription_comes_with_the_prices_of_its_lines_and_their_products()
    {
        var (customer, price) = (stripe.Customer(), stripe.Price(interval: null));
        var invoice = (string)stripe.Sandbox.Call("POST", "/v1/invoices", ("customer", customer))["id"]!;
        for (var line = 0; line < 2; line++)
            stripe.Sandbox.Call("POST", "/v1/invoiceitems", ("customer", customer), ("invoice", invoice), ("pricing[price]", (string?)price["id"]));

        var read = Assert.Single(await stripe.Api.ReadAsync("invoice", invoice, StripeWorld.Stop));

        Assert.All(read.Json.GetProperty("lines").GetProperty("data").EnumerateArray(), line =>
        {
            var shown = line.GetProperty("pricing").GetProperty("price_details").GetProperty("price");
            Assert.Equal("gold", shown.GetProperty("metadata").GetProperty("passkit_tier").GetString());
            Assert.Equal("The gold card", shown.GetProperty("product").GetProperty("name").GetString());
        });
        Assert.Single(stripe.Calls, call => call.StartsWith("/v1/prices/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_checkout_session_comes_with_what_was_bought_and_the_charge()
    {
        var bought = stripe.Buy(stripe.Price(interval: null));

        var read = Assert.Single(await stripe.Api.ReadAsync("checkout.session", (string)bought["id"]!, StripeWorld.Stop));

        var price = read.Json.GetProperty("line_items").GetProperty("data")[0].GetProperty("price");
        Assert.Equal("gold", price.GetProperty("metadata").GetProperty("passkit_tier").GetString());
        Assert.Equal("The gold card", price.GetProperty("product").GetProperty("name").GetString());
        Assert.Equal(1000, read.Json.GetProperty("payment_intent").GetProperty("latest_charge").GetProperty("amount_captured").GetInt64());
    }

    [Fact]
    public async Task A_checkout_session_of_a_subscription_comes_without_a_payment()
    {
        var bought = stripe.Buy(stripe.Price());

        var read = Assert.Single(await stripe.Api.ReadAsync("checkout.session", (string)bought["id"]!, StripeWorld.Stop));

        Assert.Equal(JsonValueKind.Null, read.Json.GetProperty("payment_intent").ValueKind);
        Assert.Single(Ids(read.Json, "line_items"));
    }

    [Fact]
    public async Task A_deleted_customer_is_still_read()
    {
        var customer = stripe.Customer();
        stripe.Dashboard.DeleteCustomer(customer);

        Assert.True(Assert.Single(await stripe.Api.ReadAsync("customer", customer, StripeWorld.Stop)).Json.GetProperty("deleted").GetBoolean());
        Assert.True((await stripe.Api.ReadCustomerAsync(customer, StripeWorld.Stop))[0].Json.GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task A_whole_customer_comes_with_every_subscription_and_the_newest_charges_and_theirs()
    {
        var bought = stripe.Buy(stripe.Price());
        var customer = (string)bought["customer"]!;
        stripe.Dashboard.CancelNow((string)bought["subscription"]!);
        var running = (string)stripe.Buy(stripe.Price("silver"), customer: customer)["subscription"]!;
        var contested = stripe.Pay(customer);
        var refund = (string?)stripe.Dashboard.Refund(contested, 100)["id"];
        var dispute = (string)stripe.Dashboard.OpenDispute(contested, 300)["id"]!;
        stripe.Pay(); // a guest's

        var read = await stripe.Api.ReadCustomerAsync(customer, StripeWorld.Stop);

        Assert.Equal(
            ["customer", "subscription", "subscription", "charge", "dispute", "charge", "charge"], read.Select(one => one.Kind));
        Assert.Equal([running, (string)bought["subscription"]!], read.Where(one => one.Kind == "subscription").Select(one => one.Id));
        Assert.Equal("The silver card", read[1].Json.GetProperty("items").GetProperty("data")[0].GetProperty("price").GetProperty("product").GetProperty("name").GetString());
        Assert.Equal([contested, dispute], read.Skip(3).Take(2).Select(one => one.Id));
        Assert.Equal([refund], Ids(read[3].Json, "refunds"));
    }

    [Fact]
    public async Task Somebody_with_many_subscriptions_is_read_in_as_many_calls_as_somebody_with_one()
    {
        var customer = stripe.Customer();
        var (silver, gold) = (stripe.Price("silver"), stripe.Price("gold"));
        for (var number = 0; number < 40; number++) stripe.Buy(number % 2 == 0 ? silver : gold, customer: customer);

        var read = (await stripe.Api.ReadCustomerAsync(customer, StripeWorld.Stop)).Where(one => one.Kind == "subscription").ToList();

        Assert.Equal(["/v1/charges", $"/v1/customers/{customer}", "/v1/products", "/v1/subscriptions"], stripe.Calls.Select(call => call.Split('?')[0]).Order());
        var alone = await Task.WhenAll(read.Select(one => stripe.Api.ReadAsync("subscription", one.Id, StripeWorld.Stop)));
        Assert.Equal(40, read.Count);
        Assert.All(read.Zip(alone), pair => Assert.True(JsonElement.DeepEquals(Assert.Single(pair.Second).Json, pair.First.Json)));
    }

    [Fact]
    public async Task What_somebody_bought_once_is_listed_the_newest_that_are_not_known()
    {
        var (customer, price) = (stripe.Customer(), stripe.Price(interval: null));
        stripe.Buy(stripe.Price(), customer: customer); // tells of itself by its subscription
        var bought = Enumerable.Range(0, 23).Select(_ => (string)stripe.Buy(price, customer: customer)["id"]!).ToList();
        stripe.Buy(price); // another's

        var listed = await stripe.Api.PurchasesAsync(customer, new HashSet<string> { bought[22] }, StripeWorld.Stop);

        Assert.Equal(bought[2..22].Order(), listed.Select(one => one.Id).Order());
        Assert.All(listed, one => Assert.Equal("checkout.session", one.Kind));
    }

    [Fact]
    public async Task A_session_whose_payment_was_refunded_or_contested_comes_after_its_charge()
    {
        var price = stripe.Price(interval: null);
        var (kept, undone) = (stripe.Buy(price), stripe.Buy(price));
        var charge = (string)stripe.Sandbox.Call("GET", "/v1/charges", ("payment_intent", (string)undone["payment_intent"]!))["data"]![0]!["id"]!;
        stripe.Dashboard.Refund(charge, 100);

        Assert.Equal(["checkout.session"], (await stripe.Api.ReadAsync("checkout.session", (string)kept["id"]!, StripeWorld.Stop)).Select(one => one.Kind));
        var read = await stripe.Api.ReadAsync("checkout.session", (string)undone["id"]!, StripeWorld.Stop);

        Assert.Equal(["charge", "checkout.session"], read.Select(one => one.Kind));
        Assert.Single(Ids(read[0].Json, "refunds"));
    }

    [Fact]
    public async Task Of_many_charges_the_newest_fifty_are_read()
    {
        var (customer, price) = (stripe.Customer(), stripe.Price(interval: null));
        for (var number = 0; number < 51; number++) stripe.Buy(price, customer: customer);

        var read = await stripe.Api.ReadCustomerAsync(customer, StripeWorld.Stop);

        var all = stripe.Sandbox.Call("GET", "/v1/charges", ("limit", "100"))["data"]!.AsArray().Select(charge => (string)charge!["id"]!).ToList();
        Assert.Equal(51, all.Count);
        Assert.Equal(all[..50], read.Where(one => one.Kind == "charge").Select(one => one.Id));
    }

    [Fact]
    public async Task Who_paid_a_charge_is_told_and_a_guest_is_nobody()
    {
        var customer = stripe.Customer();
        var (known, guest) = (stripe.Pay(customer), stripe.Pay());

        Assert.Equal(customer, await stripe.Api.CustomerOfChargeAsync(known, StripeWorld.Stop));
        Assert.Null(await stripe.Api.CustomerOfChargeAsync(guest, StripeWorld.Stop));
        Assert.Null(await stripe.Api.CustomerOfChargeAsync("ch_unknown", StripeWorld.Stop));
    }

    [Fact]
    public async Task The_prices_of_a_product_are_all_of_them_sold_or_no_longer()
    {
        var first = stripe.Price();
        var second = stripe.Price(product: (string?)first["product"]);
        stripe.Price(); // another product's
        stripe.Sandbox.Call("POST", $"/v1/prices/{first["id"]}", ("active", "false"));

        var prices = await stripe.Api.PricesOfProductAsync((string)first["product"]!, StripeWorld.Stop);

        Assert.Equal(new[] { (string)first["id"]!, (string)second["id"]! }.Order(), prices.Order());
    }

    [Fact]
    public async Task The_subscriptions_of_a_price_come_page_by_page_those_that_ended_left_out()
    {
        var price = stripe.Price();
        var bought = Enumerable.Range(0, 22).Select(_ => (string)stripe.Buy(price)["subscription"]!).ToList();
        stripe.Dashboard.CancelNow(bought[0]);
        stripe.Buy(stripe.Price());

        var (first, next) = await stripe.Api.SubscriptionsOfPriceAsync((string)price["id"]!, null, StripeWorld.Stop);
        var (second, end) = await stripe.Api.SubscriptionsOfPriceAsync((string)price["id"]!, next, StripeWorld.Stop);

        Assert.Equal((20, 1, null), (first.Count, second.Count, end));
        Assert.Equal(bought[1..].Order(), first.Concat(second).Select(one => one.Id).Order());
    }

    [Theory]
    [InlineData("charge")]
    [InlineData("refund")]
    [InlineData("dispute")]
    [InlineData("subscription")]
    [InlineData("invoice")]
    [InlineData("customer")]
    [InlineData("product")]
    [InlineData("checkout.session")]
    public async Task What_Stripe_does_not_know_is_empty(string kind)
    {
        Assert.Empty(await stripe.Api.ReadAsync(kind, "zz_unknown", StripeWorld.Stop));
        Assert.Single(stripe.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("..")]
    [InlineData("ch_1/refunds")]
    [InlineData("ch_1?expand[]=x")]
    [InlineData("ch_1\n")]
    [InlineData("ch_ä")]
    public async Task An_id_that_Stripe_never_made_is_not_asked_for(string id)
    {
        Assert.Empty(await stripe.Api.ReadAsync("charge", id, StripeWorld.Stop));
        Assert.Empty(await stripe.Api.ReadCustomerAsync(id, StripeWorld.Stop));
        Assert.Empty(await stripe.Api.PurchasesAsync(id, new HashSet<string>(), StripeWorld.Stop));
        Assert.Null(await stripe.Api.CustomerOfChargeAsync(id, StripeWorld.Stop));
        Assert.Empty(await stripe.Api.PricesOfProductAsync(id, StripeWorld.Stop));
        Assert.Empty((await stripe.Api.SubscriptionsOfPriceAsync(id, null, StripeWorld.Stop)).Subscriptions);
        Assert.Empty(stripe.Calls);
    }

    [Fact]
    public async Task A_kind_that_no_pass_depends_on_is_a_mistake_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stripe.Api.ReadAsync("payout", "po_1", StripeWorld.Stop));

    private static IEnumerable<string?> Ids(JsonElement of, string list) =>
        of.GetProperty(list).GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString());
}
