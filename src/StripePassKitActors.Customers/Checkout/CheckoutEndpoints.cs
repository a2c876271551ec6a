using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Checkout;

/// <summary>What the checkout page of the ingress asks, by service invocation.</summary>
internal static class CheckoutEndpoints
{
    public static IServiceCollection AddCheckout(this IServiceCollection services) => services
        .AddSingleton<PlainState>()
        .AddSingleton<ICheckoutSessions, CheckoutSessions>()
        .AddSingleton<CheckoutReading>()
        .AddSingleton<BoughtPasses>();

    /// <summary><c>POST /checkout-sessions/pass</c>: 200 <see cref="BoughtPass"/> · 404 for an id that is no session's. For the sidecar alone.</summary>
    public static void MapCheckout(this IEndpointRouteBuilder routes) => routes
        .MapPost($"/{BoughtPass.Route}", async (CheckoutQuestion question, BoughtPasses passes) =>
            CheckoutSession.IsId(question.SessionId) ? Results.Ok(await passes.OfAsync(question.SessionId)) : Results.NotFound())
        .RequireAuthorization(Callers.Sidecar)
        .ExcludeFromDescription();
}
