using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.Operators;

/// <summary>Inspection and sync of one customer, and the end of both, for operators.</summary>
internal static class CustomersEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/api/customers").RequireAuthorization(Callers.Operator).WithTags("Customers")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        customers.MapGet("/{id}", (string id, CustomerActors actors) => AnswerAsync(id, actors.InspectAsync))
            .WithSummary("What is known of a customer, and why the pass is what it is.");
        customers.MapPost("/{id}/sync", (string id, CustomerActors actors) => AnswerAsync(id, actors.SyncAsync))
            .WithSummary("Recomputes and syncs at once, whatever back-off says.");
        customers.MapPost("/{id}/email", EmailAsync)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Has PassKit mail the pass to its holder, again if it was mailed before.");
        customers.MapDelete("/{id}", ForgetAsync)
            .WithSummary("Forgets a customer or a guest: deletes the member in PassKit and all that is known. What Stripe makes later begins anew.");
    }

    private static async Task<Results<Ok<ForgottenCustomer>, NotFound, ProblemHttpResult>> ForgetAsync(string id, CustomerActors actors)
    {
        if (!CustomerId.TryParse(id, out var customer)) return TypedResults.NotFound();
        try
        {
            return await actors.ForgetAsync(customer) switch
            {
                { ForwardTo: { } owner } => TypedResults.Problem($"This guest's payment is the customer {owner}'s by now: forget that customer.", statusCode: StatusCodes.Status409Conflict),
                { Customer: { } forgotten } => TypedResults.Ok(forgotten),
                _ => TypedResults.NotFound(),
            };
        }
        catch (ActorUnavailableException unavailable)
        {
            return TypedResults.Problem(unavailable.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<Results<Ok<CustomerInspection>, NotFound, ProblemHttpResult>> EmailAsync(string id, CustomerActors actors)
    {
        if (!CustomerId.TryParse(id, out var customer)) return TypedResults.NotFound();
        try
        {
            return await actors.EmailAsync(customer) switch
            {
                { Customer: { } inspection } => TypedResults.Ok(inspection),
                { Refusal: { } refusal } => TypedResults.Problem(refusal, statusCode: StatusCodes.Status409Conflict),
                _ => TypedResults.NotFound(),
            };
        }
        catch (ActorUnavailableException unavailable)
        {
            return TypedResults.Problem(unavailable.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<Results<Ok<CustomerInspection>, NotFound, ProblemHttpResult>> AnswerAsync(
        string id, Func<CustomerId, Task<CustomerInspection?>> question)
    {
        if (!CustomerId.TryParse(id, out var customer)) return TypedResults.NotFound();
        try
        {
            return await question(customer) is { } inspection ? TypedResults.Ok(inspection) : TypedResults.NotFound();
        }
        catch (ActorUnavailableException unavailable)
        {
            return TypedResults.Problem(unavailable.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
