using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>Where a session's address leads: a card is given, perhaps confirmed, and then the buyer goes back to the merchant.</summary>
internal sealed class CheckoutEndpoints(StripeSandbox sandbox)
{
    private const string Refused = "You did not confirm the payment, so the card was not charged. Try again or use another.";

    public void Map(WebApplication app)
    {
        app.MapGet("/checkout/{id}", (string id) => Show(id, new Buyer(TestCard.All[0].Number), null));
        app.MapPost("/checkout/{id}", (string id, HttpRequest request) => PayAsync(id, request, confirmed: false));
        app.MapPost("/checkout/{id}/confirm", (string id, HttpRequest request) => PayAsync(id, request, confirmed: true));
    }

    private async Task<IResult> PayAsync(string id, HttpRequest request, bool confirmed)
    {
        var form = await request.FormAsync();
        var buyer = new Buyer(form.Said("number") ?? form.Said("card") ?? "", form.Said("email"), form.Said("name"), form.Said("phone"));
        if (confirmed && form.Said("answer") != "confirm") return Show(id, buyer, Refused, StatusCodes.Status402PaymentRequired);
        try
        {
            return sandbox.Operations.Pay(id, buyer, confirmed) switch
            {
                CheckoutResult.Complete { ReturnTo: { } merchant } => TypedResults.Redirect(merchant),
                CheckoutResult.NeedsAuthentication => new RazorComponentResult<ConfirmPage>(new { Session = Read(id), Buyer = buyer }),
                CheckoutResult.Declined declined => Show(id, buyer, declined.Message, StatusCodes.Status402PaymentRequired),
                _ => TypedResults.LocalRedirect($"/checkout/{id}"),
            };
        }
        catch (StripeFault fault)
        {
            return Show(id, buyer, fault.Param == "email" ? "Give an e-mail address." : fault.Message, fault.Status);
        }
    }

    private RazorComponentResult Show(string id, Buyer buyer, string? complaint, int status = StatusCodes.Status200OK)
    {
        try
        {
            var session = Read(id);
            var customer = session.Text("customer") is { } known ? sandbox.Read(account => account.Store.Find(known)) : null;
            return new RazorComponentResult<CheckoutPage>(new { Session = session, Customer = customer, Buyer = buyer, Complaint = complaint })
            {
                StatusCode = status,
            };
        }
        catch (StripeFault fault)
        {
            return StripePages.Sorry($"There is no such checkout. {fault.Message}", Places.Shop, fault.Status);
        }
    }

    private JsonObject Read(string id) => sandbox.Call("GET", $"/v1/checkout/sessions/{Uri.EscapeDataString(id)}", ("expand[]", "line_items"));
}
