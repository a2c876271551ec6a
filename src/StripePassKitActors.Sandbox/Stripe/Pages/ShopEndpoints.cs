using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>A merchant's side: choose, go to the checkout, come back to a word of thanks.</summary>
internal sealed class ShopEndpoints(StripeSandbox sandbox)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/", () => Show(new Order(), null));
        app.MapPost("/buy", BuyAsync);
        app.MapGet("/thanks", Thank);
    }

    private async Task<IResult> BuyAsync(HttpRequest request)
    {
        var form = await request.FormAsync();
        var order = new Order
        {
            PriceId = form.Said("price"),
            Who = form.Said("who") ?? Order.AsNew,
            Name = form.Said("name"),
            Email = form.Said("email"),
            CustomerId = form.Said("customer"),
        };
        var offer = Catalogue.Of(sandbox).FirstOrDefault(offer => offer.Id == order.PriceId);
        if (Complaint(order, offer) is { } complaint) return Show(order, complaint);
        try
        {
            var shop = $"{request.Scheme}://{request.Host}";
            return TypedResults.LocalRedirect($"/checkout/{OpenCheckout(order, offer!, shop)}");
        }
        catch (StripeFault fault)
        {
            return Show(order, fault.Message, fault.Status);
        }
    }

    private static string? Complaint(Order order, Offer? offer) =>
        offer is null ? "Choose what to buy."
        : order.Who == Order.AsGuest && offer.IsPlan ? "A plan needs a customer. As a guest you can buy what is paid once."
        : order is { Who: Order.AsNew, Name: null } ? "Give a name."
        : order is { Who: Order.AsNew } && order.Email?.Contains('@', StringComparison.Ordinal) != true ? "Give an e-mail address, with an @."
        : order is { Who: Order.AsCustomer, CustomerId: null } ? "Choose a customer."
        : null;

    private string OpenCheckout(Order order, Offer offer, string shop)
    {
        var customer = order.Who switch
        {
            Order.AsNew => sandbox.Call("POST", "/v1/customers", ("name", order.Name), ("email", order.Email)).Text("id"),
            Order.AsCustomer => order.CustomerId,
            _ => null,
        };
        return sandbox.Call(
            "POST",
            "/v1/checkout/sessions",
            ("mode", offer.IsPlan ? "subscription" : "payment"),
            ("line_items[0][price]", offer.Id),
            ("line_items[0][quantity]", "1"),
            ("customer", customer),
            ("success_url", sandbox.Options.SuccessUrl ?? $"{shop}/thanks?session_id={{CHECKOUT_SESSION_ID}}"),
            ("cancel_url", $"{shop}/")).Text("id")!;
    }

    private RazorComponentResult<ShopPage> Show(Order order, string? complaint, int status = StatusCodes.Status400BadRequest) => new(new
    {
        Offers = Catalogue.Of(sandbox),
        Customers = new Ledger(sandbox).Newest(),
        Order = order,
        Complaint = complaint,
    })
    {
        StatusCode = complaint is null ? StatusCodes.Status200OK : status,
    };

    private RazorComponentResult Thank(string? session_id)
    {
        try
        {
            var session = sandbox.Call("GET", $"/v1/checkout/sessions/{Uri.EscapeDataString(session_id ?? "-")}", ("expand[]", "line_items"));
            return new RazorComponentResult<ThanksPage>(new { Session = session });
        }
        catch (StripeFault fault)
        {
            return StripePages.Sorry($"There is no such purchase. {fault.Message}", Places.Shop, fault.Status);
        }
    }
}

/// <summary>What somebody chose in the shop.</summary>
public sealed record Order
{
    /// <summary>A customer that is made now.</summary>
    public const string AsNew = "new";

    /// <summary>One that was made before.</summary>
    public const string AsCustomer = "customer";

    /// <summary>Nobody who is kept.</summary>
    public const string AsGuest = "guest";

    /// <summary>What is bought; null: nothing yet.</summary>
    public string? PriceId { get; init; }

    /// <summary>As who.</summary>
    public string Who { get; init; } = AsNew;

    /// <summary>The new customer's name.</summary>
    public string? Name { get; init; }

    /// <summary>The new customer's address.</summary>
    public string? Email { get; init; }

    /// <summary>The known customer.</summary>
    public string? CustomerId { get; init; }
}
