using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>What people see of the sandbox: a shop, the checkout and Stripe's dashboard.</summary>
internal static class StripePages
{
    public static void MapStripePages(this WebApplication app, StripeSandbox sandbox)
    {
        app.MapPageFiles(sandbox.NextChange);
        new ShopEndpoints(sandbox).Map(app);
        new CheckoutEndpoints(sandbox).Map(app);
        new DashboardEndpoints(sandbox).Map(app);
        app.MapFallback(() => Sorry("There is no such page here.", Places.Shop, StatusCodes.Status404NotFound));
    }

    /// <summary>A page that says in one sentence why there is no other.</summary>
    public static RazorComponentResult Sorry(string sentence, string here, int status) =>
        new RazorComponentResult<SorryPage>(new { Sentence = sentence, Here = here }) { StatusCode = status };

    /// <summary>What a form says; nothing, if the call has none.</summary>
    public static async Task<IFormCollection> FormAsync(this HttpRequest request) =>
        request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : FormCollection.Empty;

    /// <summary>A field without the blanks around it; null if it is not there or only blank.</summary>
    public static string? Said(this IFormCollection form, string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;
}
