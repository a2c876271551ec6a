using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class ApiTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer sk_live_123")]
    [InlineData("Basic %%%")]
    public async Task Without_a_test_key_nobody_gets_in(string? authorization)
    {
        await using var stripe = await Merchant.StartAsync();

        var (status, error, _) = await SendAsync(stripe, "GET", "/v1/customers", authorization: authorization);

        Assert.Equal((401, "invalid_request_error"), (status, (string?)error["error"]!["type"]));
    }

    [Fact]
    public async Task Where_a_key_is_set_only_that_one_is_taken()
    {
        await using var stripe = await Merchant.StartAsync(new() { ApiKey = "rk_test_only" });

        Assert.Equal(401, (int)(await Merchant.RefusedAsync(() => stripe.V1.Customers.ListAsync(cancellationToken: Stop))).HttpStatusCode);
        Assert.Empty(await stripe.ClientWith("rk_test_only").V1.Customers.ListAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task A_key_may_come_as_the_user_of_basic_credentials()
    {
        await using var stripe = await Merchant.StartAsync();

        var (status, list, _) = await SendAsync(stripe, "GET", "/v1/customers", authorization: "Basic " + Convert.ToBase64String("sk_test_1:"u8));

        Assert.Equal((200, "list", "/v1/customers"), (status, (string?)list["object"], (string?)list["url"]));
    }

    [Fact]
    public async Task Another_account_is_out_of_reach()
    {
        await using var stripe = await Merchant.StartAsync();

        var refused = await Merchant.RefusedAsync(() => stripe.V1.Customers.ListAsync(requestOptions: new() { StripeAccount = "acct_other" }, cancellationToken: Stop));

        Assert.Equal((HttpStatusCode.Forbidden, "account_invalid"), (refused.HttpStatusCode, refused.StripeError.Code));
    }

    [Fact]
    public async Task Every_answer_names_its_request_its_version_and_the_time_of_the_clock()
    {
        await using var stripe = await Merchant.StartAsync();

        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop);

        Assert.StartsWith("req_", customer.StripeResponse.RequestId, StringComparison.Ordinal);
        Assert.Equal(Merchant.Opening, customer.StripeResponse.Date);
        Assert.Equal([StripeConfiguration.ApiVersion], customer.StripeResponse.Headers.GetValues("Stripe-Version"));
        var created = Assert.Single(await stripe.EventsAsync("customer.created"));
        Assert.Equal((customer.StripeResponse.RequestId, customer.StripeResponse.IdempotencyKey), (created.Request.Id, created.Request.IdempotencyKey));
    }

    [Fact]
    public async Task What_is_missing_unknown_or_malformed_is_refused_by_name()
    {
        await using var stripe = await Merchant.StartAsync();

        await RefusedAsync(404, "resource_missing", "id", () => stripe.V1.Customers.GetAsync("cus_none", cancellationToken: Stop));
        await RefusedAsync(400, "parameter_missing", "currency", () => stripe.V1.Prices.CreateAsync(new PriceCreateOptions(), cancellationToken: Stop));
        await RefusedAsync(400, "resource_missing", "product", () => stripe.V1.Prices.CreateAsync(new PriceCreateOptions { Currency = "usd", UnitAmount = 1, Product = "prod_none" }, cancellationToken: Stop));
        await RefusedAsync(400, "parameter_unknown", "tax_exempt", () => stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { TaxExempt = "none" }, cancellationToken: Stop));
        await RefusedAsync(400, "parameter_invalid_integer", "limit", () => stripe.V1.Customers.ListAsync(new CustomerListOptions { Limit = 101 }, cancellationToken: Stop));
        var (status, error, _) = await SendAsync(stripe, "GET", "/v1/quotes");
        Assert.Equal((404, "invalid_request_error"), (status, (string?)error["error"]!["type"]));

        static async Task RefusedAsync(int status, string code, string param, Func<Task> call)
        {
            var refused = await Merchant.RefusedAsync(call);
            Assert.Equal((status, "invalid_request_error", code, param), ((int)refused.HttpStatusCode, refused.StripeError.Type, refused.StripeError.Code, refused.StripeError.Param));
        }
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        await using var stripe = await Merchant.StartAsync();

        await Merchant.RefusedAsync(() => stripe.V1.Prices.CreateAsync(
            new PriceCreateOptions { Currency = "usd", UnitAmount = 1, ProductData = new() { Name = "Left over" }, Recurring = new() { Interval = "fortnight" } }, cancellationToken: Stop));

        Assert.Empty(await stripe.V1.Products.ListAsync(cancellationToken: Stop));
        Assert.Empty(await stripe.TypesAsync());
    }

    [Fact]
    public async Task The_same_key_and_the_same_call_are_answered_and_not_done_again()
    {
        await using var stripe = await Merchant.StartAsync();
        var once = new RequestOptions { IdempotencyKey = "once" };

        var first = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, once, Stop);
        var second = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, once, Stop);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(["true"], second.StripeResponse.Headers.GetValues("Idempotent-Replayed"));
        Assert.Single(await stripe.V1.Customers.ListAsync(cancellationToken: Stop));
        Assert.Single(await stripe.EventsAsync());

        var refused = await Merchant.RefusedAsync(() => stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Grace" }, once, Stop));
        Assert.Equal((400, "idempotency_error"), ((int)refused.HttpStatusCode, refused.StripeError.Type));

        stripe.Time.Advance(TimeSpan.FromDays(1));
        Assert.NotEqual(first.Id, (await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Grace" }, once, Stop)).Id);
    }

    [Fact]
    public async Task A_declined_payment_with_a_key_is_declined_again_without_another_charge()
    {
        await using var stripe = await Merchant.StartAsync();
        var options = new PaymentIntentCreateOptions { Amount = 1000, Currency = "usd", PaymentMethod = "pm_card_visa_chargeDeclined", Confirm = true };

        for (var time = 0; time < 2; time++)
        {
            var refused = await Merchant.RefusedAsync(() => stripe.V1.PaymentIntents.CreateAsync(options, new RequestOptions { IdempotencyKey = "pay" }, Stop));
            Assert.Equal("card_declined", refused.StripeError.Code);
        }

        Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task Two_calls_with_one_key_at_once_are_a_conflict()
    {
        await using var stripe = await Merchant.StartAsync();

        // A body is not sent before the sandbox asks for it, and by then it has taken note of the key.
        var slow = new SlowContent("name=Ada");
        var first = SendAsync(stripe, "POST", "/v1/customers", () => slow, "twice");
        await slow.Wanted;

        var second = await SendAsync(stripe, "POST", "/v1/customers", () => new StringContent("name=Grace"), "twice");

        Assert.Equal((409, "idempotency_key_in_use"), (second.Status, (string?)second.Body["error"]!["code"]));
        slow.Finish();
        Assert.Equal("Ada", (string?)(await first).Body["name"]);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page_in_both_directions()
    {
        await using var stripe = await Merchant.StartAsync();
        var made = new List<string>();
        for (var number = 0; number < 5; number++) made.Add((await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop)).Id);
        made.Reverse();

        var first = await stripe.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2 }, cancellationToken: Stop);
        var next = await stripe.V1.Customers.ListAsync(new CustomerListOptions { Limit = 3, StartingAfter = first.Last().Id }, cancellationToken: Stop);
        var back = await stripe.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2, EndingBefore = made[3] }, cancellationToken: Stop);

        Assert.Equal(made[..2], Ids(first));
        Assert.Equal(made[2..], Ids(next));
        Assert.Equal(made[1..3], Ids(back));
        Assert.Equal((true, false, true), (first.HasMore, next.HasMore, back.HasMore));
        var all = new List<string>();
        await foreach (var customer in stripe.V1.Customers.ListAutoPagingAsync(new CustomerListOptions { Limit = 2 }, cancellationToken: Stop)) all.Add(customer.Id);
        Assert.Equal(made, all);

        static List<string> Ids(IEnumerable<Customer> customers) => [.. customers.Select(customer => customer.Id)];
    }

    [Fact]
    public async Task Lists_can_be_narrowed_by_time()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop);
        stripe.Time.Advance(TimeSpan.FromHours(1));
        var later = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop);

        var found = await stripe.V1.Customers.ListAsync(
            new CustomerListOptions { Created = new DateRangeOptions { GreaterThan = Merchant.Opening.UtcDateTime, LessThanOrEqual = Merchant.Opening.AddHours(1).UtcDateTime } }, cancellationToken: Stop);

        Assert.Equal(later.Id, Assert.Single(found).Id);
    }

    [Fact]
    public async Task What_a_list_holds_can_be_expanded_and_what_is_no_reference_cannot()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.SubscribeAsync();

        var subscription = Assert.Single(await stripe.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Expand = ["data.latest_invoice.payments"] }, cancellationToken: Stop));
        Assert.Equal("paid", subscription.LatestInvoice.Payments.Data[0].Status);
        var read = await stripe.V1.Subscriptions.GetAsync(subscription.Id, new SubscriptionGetOptions { Expand = ["items.data.price.product"] }, cancellationToken: Stop);
        Assert.Equal("Membership", read.Items.Data[0].Price.Product.Name);

        await Merchant.RefusedAsync(() => stripe.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Expand = ["data.items.data.price.product"] }, cancellationToken: Stop));
        await Merchant.RefusedAsync(() => stripe.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Expand = ["data.currency"] }, cancellationToken: Stop));
        await Merchant.RefusedAsync(() => stripe.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Expand = ["data.nothing"] }, cancellationToken: Stop));
    }

    [Fact]
    public async Task Nothing_of_the_sandboxs_own_is_shown()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.SessionAsync(await stripe.PriceAsync());

        foreach (var path in new[] { "/v1/events", "/v1/webhook_endpoints", "/v1/checkout/sessions" })
            Assert.DoesNotContain("\"_", (await SendAsync(stripe, "GET", path)).Body.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, JsonNode Body, HttpResponseHeaders Headers)> SendAsync(
        Merchant stripe, string verb, string path, Func<HttpContent>? content = null, string? key = null, string? authorization = "Bearer sk_test_1")
    {
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = stripe.Address };
        using var request = new HttpRequestMessage(HttpMethod.Parse(verb), path) { Content = content?.Invoke() };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        request.Headers.ExpectContinue = request.Content is SlowContent;
        using var response = await http.SendAsync(request, Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!, response.Headers);
    }

    /// <summary>A body whose end comes when it is told to.</summary>
    private sealed class SlowContent(string text) : HttpContent
    {
        private readonly TaskCompletionSource wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Wanted => wanted.Task;

        public void Finish() => finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            wanted.SetResult();
            await finish.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Stop);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
