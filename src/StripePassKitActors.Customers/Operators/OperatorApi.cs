using Microsoft.OpenApi;

namespace StripePassKitActors.Customers.Operators;

/// <summary>What operators may ask and do over HTTP, and the document that describes it.</summary>
internal static class OperatorApi
{
    /// <summary>Adds the OpenAPI document and how answers are written.</summary>
    public static IServiceCollection AddOperatorApi(this IServiceCollection services) => services
        .AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "StripePassKitActors: customers";
            document.AddComponent(Callers.Operator, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Operator:ApiKey" });
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Callers.Operator, document)] = [] }];
            return Task.CompletedTask;
        }))
        .ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new UtcTimeConverter()));

    /// <summary>Maps the routes of customers and dead letters, and <c>/openapi/v1.json</c>.</summary>
    public static void MapOperatorApi(this IEndpointRouteBuilder routes)
    {
        routes.MapCustomers();
        routes.MapDeadLetters();
        routes.MapOpenApi();
    }
}
