using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>Stripe's calls by verb and path, each with the parameters that it takes here; any other is refused as unknown.</summary>
internal sealed class StripeApi
{
    private readonly Account account;
    private readonly Listing listing;
    private readonly Expansion expansion;
    private readonly List<Route> routes = [];

    public StripeApi(Resources all, Account account)
    {
        this.account = account;
        listing = new Listing(account);
        expansion = new Expansion(account);
        Catalog(all);
        Buyers(all);
        Payments(all);
        Billing(all);
        Checkout(all);
        Webhooks(all);
    }

    /// <summary>Does what a call asks for and answers as the world sees it.</summary>
    public JsonObject Handle(string verb, string path, Form form)
    {
        var parts = path.Split('/');
        if (routes.Find(route => route.Verb == verb && route.Matches(parts)) is not { } found)
            throw new StripeFault(404, "invalid_request_error", null, null, $"Unrecognized request URL ({verb}: {path}). The sandbox knows what a membership needs.");

        foreach (var name in form.Names)
            if (name != "expand" && !found.Params.Contains(name)) throw StripeFault.Invalid($"Received unknown parameter: {name}", name, "parameter_unknown");

        var answer = found.Handler(found.IdIn(parts), form).Shown();
        expansion.Apply(answer, form.Texts("expand"));
        return answer;
    }

    private void Catalog(Resources all)
    {
        Add("POST", "/v1/products", "id name description active metadata default_price", (_, form) => all.Products.Create(form));
        Add("POST", "/v1/products/{id}", "name description active metadata default_price", all.Products.Update);
        Add("DELETE", "/v1/products/{id}", "", (id, _) => all.Products.Delete(id));
        Read("product", "/v1/products", "active", ("ids", "id"));
        const string Fields = "metadata lookup_key transfer_lookup_key nickname active";
        Add("POST", "/v1/prices", $"{Fields} currency unit_amount product product_data recurring", (_, form) => all.Prices.Create(form));
        Add("POST", "/v1/prices/{id}", Fields, all.Prices.Update);
        Read("price", "/v1/prices", "active product type currency", ("lookup_keys", "lookup_key"));
    }

    private void Buyers(Resources all)
    {
        const string Fields = "name email phone description metadata preferred_locales balance invoice_settings";
        Add("POST", "/v1/customers", $"{Fields} payment_method", (_, form) => all.Customers.Create(form));
        Add("POST", "/v1/customers/{id}", Fields, all.Customers.Update);
        Add("DELETE", "/v1/customers/{id}", "", (id, _) => all.Customers.Delete(id));
        Add("GET", "/v1/customers/{id}", "", (id, _) => all.Customers.Read(id));
        Read("customer", "/v1/customers", "email");
        Add("POST", "/v1/payment_methods", "type card billing_details metadata", (_, form) => all.Methods.Create(form));
        Add("POST", "/v1/payment_methods/{id}/attach", "customer", (id, form) => all.Methods.Attach(id, form.Required("customer")));
        Add("POST", "/v1/payment_methods/{id}/detach", "", (id, _) => all.Methods.Detach(id));
        Read("payment_method", "/v1/payment_methods", "customer type");
        Add("GET", "/v1/customers/{id}/payment_methods", $"{Listing.Params} type", (id, form) => listing.Of("payment_method", form, [new("customer", id)]));
    }

    private void Payments(Resources all)
    {
        const string Fields = "description receipt_email metadata";
        const string Payment = "payment_method payment_method_types automatic_payment_methods confirm off_session capture_method setup_future_usage";
        Add("POST", "/v1/payment_intents", $"{Fields} amount currency customer {Payment}", (_, form) => all.Intents.Create(form));
        Add("POST", "/v1/payment_intents/{id}", Fields, all.Intents.Update);
        Add("POST", "/v1/payment_intents/{id}/confirm", "payment_method off_session return_url", all.Intents.Confirm);
        Add("POST", "/v1/payment_intents/{id}/capture", "amount_to_capture", all.Intents.Capture);
        Add("POST", "/v1/payment_intents/{id}/cancel", "cancellation_reason", all.Intents.Cancel);
        Read("payment_intent", "/v1/payment_intents", "customer");
        Add("POST", "/v1/charges/{id}", Fields, all.Charges.Update);
        Read("charge", "/v1/charges", "customer payment_intent");
        Add("GET", "/v1/charges/{id}/refunds", Listing.Params, (id, form) => listing.Of("refund", form, [new("charge", id)]));
        Add("POST", "/v1/refunds", "charge payment_intent amount reason metadata", (_, form) => all.Refunds.Create(form));
        Add("POST", "/v1/refunds/{id}", "metadata", all.Refunds.Update);
        Read("refund", "/v1/refunds", "charge payment_intent");
        Add("POST", "/v1/disputes/{id}", "evidence submit metadata", all.Disputes.Update);
        Add("POST", "/v1/disputes/{id}/close", "", (id, _) => all.Disputes.Close(id, won: false));
        Read("dispute", "/v1/disputes", "charge payment_intent");
        Read("balance_transaction", "/v1/balance_transactions", "source type");
    }

    private void Billing(Resources all)
    {
        const string Fields = "items default_payment_method metadata description cancel_at cancel_at_period_end trial_end"
            + " proration_behavior payment_behavior off_session";
        const string AtFirst = "customer trial_period_days trial_settings collection_method days_until_due";
        Add("POST", "/v1/subscriptions", $"{Fields} {AtFirst}", (_, form) => all.Subscriptions.Create(form));
        Add("POST", "/v1/subscriptions/{id}", $"{Fields} cancellation_details pause_collection billing_cycle_anchor", all.SubscriptionChanges.Update);
        Add("POST", "/v1/subscriptions/{id}/resume", "billing_cycle_anchor proration_behavior", (id, _) => all.Renewals.Resume(id));
        Add("DELETE", "/v1/subscriptions/{id}", "cancellation_details", all.Subscriptions.Cancel);
        Add("GET", "/v1/subscriptions/{id}", "", (id, _) => account.Get("subscription", id));
        Add("GET", "/v1/subscriptions", $"{Listing.Params} customer status price", (_, form) => listing.Of("subscription", form,
        [
            .. form.Text("status") switch { null => [new Filter("status", "<>", "canceled")], "all" => [], var status => new Filter[] { new("status", status) } },
            .. form.Text("price") is { } price ? [new Filter("items.data[0].price.id", price)] : Array.Empty<Filter>(),
            .. Listing.Same(form, "customer"),
        ]));
        Add("GET", "/v1/subscription_items", $"{Listing.Params} subscription", (_, form) =>
            Listed(account.Named("subscription", form.Required("subscription"), "subscription").Listed("items")));

        const string Bill = "auto_advance description default_payment_method metadata";
        const string BillAtFirst = "customer subscription currency collection_method days_until_due pending_invoice_items_behavior";
        Add("POST", "/v1/invoices", $"{Bill} {BillAtFirst}", (_, form) => all.Invoices.Create(form));
        Add("POST", "/v1/invoices/{id}", Bill, all.Invoices.Update);
        Add("POST", "/v1/invoices/{id}/finalize", "auto_advance", all.Invoices.Finalize);
        Add("POST", "/v1/invoices/{id}/pay", "payment_method paid_out_of_band off_session", all.Invoices.Pay);
        Add("POST", "/v1/invoices/{id}/void", "", (id, _) => all.Invoices.Void(id));
        Add("POST", "/v1/invoices/{id}/mark_uncollectible", "", (id, _) => all.Invoices.MarkUncollectible(id));
        Add("DELETE", "/v1/invoices/{id}", "", (id, _) => all.Invoices.Delete(id));
        Add("GET", "/v1/invoices/{id}/lines", Listing.Params, (id, _) => Listed(account.Get("invoice", id).Listed("lines")));
        Read("invoice", "/v1/invoices", "customer status collection_method", ("subscription", "parent.subscription_details.subscription"));
        Add("POST", "/v1/invoiceitems", "customer amount currency description invoice metadata pricing quantity", (_, form) => all.InvoiceItems.Create(form));
        Read("invoiceitem", "/v1/invoiceitems", "customer invoice");
        Add("GET", "/v1/invoice_payments/{id}", "", (id, _) => account.Get("invoice_payment", id));
        Add("GET", "/v1/invoice_payments", $"{Listing.Params} invoice status payment", (_, form) => listing.Of("invoice_payment", form,
        [
            .. Listing.Same(form, "invoice", "status"),
            .. form.Within("payment").Text("payment_intent") is { } intent ? [new Filter("payment.payment_intent", intent)] : Array.Empty<Filter>(),
        ]));
    }

    private void Checkout(Resources all)
    {
        const string Whose = "customer customer_creation customer_email client_reference_id";
        const string What = "mode line_items expires_at metadata payment_intent_data subscription_data";
        const string Looks = "success_url cancel_url locale submit_type phone_number_collection payment_method_types";
        Add("POST", "/v1/checkout/sessions", $"{Whose} {What} {Looks}", (_, form) => all.Sessions.Create(form));
        Add("POST", "/v1/checkout/sessions/{id}", "metadata", all.Sessions.Update);
        Add("POST", "/v1/checkout/sessions/{id}/expire", "", (id, _) => all.Sessions.Expire(id));
        Add("GET", "/v1/checkout/sessions/{id}/line_items", Listing.Params, (id, _) => Listed(all.Sessions.LineItems(id)));
        Read("checkout.session", "/v1/checkout/sessions", "customer payment_intent subscription status");
    }

    private void Webhooks(Resources all)
    {
        Add("POST", "/v1/webhook_endpoints", "url enabled_events description metadata api_version", (_, form) => all.Endpoints.Create(form));
        Add("POST", "/v1/webhook_endpoints/{id}", "url enabled_events description metadata disabled", all.Endpoints.Update);
        Add("DELETE", "/v1/webhook_endpoints/{id}", "", (id, _) => all.Endpoints.Delete(id));
        Read("webhook_endpoint", "/v1/webhook_endpoints", "");
        Add("GET", "/v1/events/{id}", "", (id, _) =>
            account.Get("event", id) is var read && read.Number("created") >= OldestEvent ? read : throw StripeFault.Missing("event", id, "id"));
        Add("GET", "/v1/events", $"{Listing.Params} type types delivery_success", (_, form) => listing.Of("event", form,
        [
            new Filter("created", ">=", OldestEvent),
            .. form.Text("type") is { } type ? [new Filter("type", "GLOB", type)] : Array.Empty<Filter>(),
            .. form.Has("types") ? [Listing.AnyOf("type", form.Texts("types"))] : Array.Empty<Filter>(),
            .. form.Flag("delivery_success") is { } delivered ? [new Filter("pending_webhooks", delivered ? "=" : ">", 0L)] : Array.Empty<Filter>(),
        ]));
        Add("GET", "/v1/account", "", (_, _) => new JsonObject
        {
            ["id"] = "acct_sandbox",
            ["object"] = "account",
            ["country"] = "US",
            ["default_currency"] = "usd",
            ["charges_enabled"] = true,
            ["details_submitted"] = true,
        });
    }

    /// <summary>Stripe shows events for thirty days.</summary>
    private long OldestEvent => account.Now.AddDays(-30).ToUnixTimeSeconds();

    /// <summary>Reads one, and lists by the filters that are named, those whose field has another name apart.</summary>
    private void Read(string kind, string path, string filters, params (string Name, string Path)[] others)
    {
        Add("GET", $"{path}/{{id}}", "", (id, _) => account.Get(kind, id));
        Add("GET", path, $"{Listing.Params} {filters} {string.Join(' ', others.Select(other => other.Name))}", (_, form) => listing.Of(kind, form,
        [
            .. Listing.Same(form, filters.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            .. others.Where(other => form.Has(other.Name)).Select(other =>
                form.Texts(other.Name) is { Count: > 0 } several ? Listing.AnyOf(other.Path, several) : new Filter(other.Path, form.Required(other.Name))),
        ]));
    }

    private static JsonObject Listed(JsonArray items) => new() { ["object"] = "list", ["data"] = items.DeepClone(), ["has_more"] = false };

    private void Add(string verb, string path, string parameters, Func<string, Form, JsonObject> handler) =>
        routes.Add(new Route(verb, path.Split('/'), [.. parameters.Split(' ')], handler));

    private sealed record Route(string Verb, string[] Parts, HashSet<string> Params, Func<string, Form, JsonObject> Handler)
    {
        public bool Matches(string[] given) => given.Length == Parts.Length
            && Parts.Zip(given).All(part => part.First == part.Second || (part.First == "{id}" && part.Second.Length > 0));

        public string IdIn(string[] given) => Array.IndexOf(Parts, "{id}") is var at and >= 0 ? given[at] : "";
    }
}
