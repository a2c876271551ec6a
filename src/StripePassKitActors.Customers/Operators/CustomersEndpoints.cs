using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.Operators;

/// <summary>Inspection and sync of one customer, for operators.</summary>
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
