using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>What PassKit does not have: looking in from outside, and making trouble. Needs no credentials.</summary>
internal static class SandboxEndpoints
{
    public static void MapSandbox(this IEndpointRouteBuilder app, PassKitSandbox sandbox)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok"));

        // A sidecar beside the sandbox asks what the app wants of it. That is no call to PassKit: it is not logged and uses up no fault.
        app.Map("/dapr/{**path}", () => TypedResults.NotFound());

        var control = app.MapGroup("/sandbox");
        control.MapGet("/members", sandbox.Shown);
        control.MapGet("/calls", () => sandbox.Calls.All);
        control.MapDelete("/calls", () =>
        {
            sandbox.Calls.Clear();
            return TypedResults.NoContent();
        });
        control.MapGet("/deliveries", () => sandbox.Deliveries.All);
        control.MapDelete("/deliveries", () =>
        {
            sandbox.Deliveries.Clear();
            return TypedResults.NoContent();
        });
        control.MapGet("/sinks", sandbox.ShownSinks);
        control.MapGet("/mail", () => sandbox.Mail);
        control.MapDelete("/mail", () =>
        {
            sandbox.ForgetMail();
            return TypedResults.NoContent();
        });
        control.MapGet("/program", sandbox.ShownProgram);
        control.MapPut("/program", Results<Ok<JsonNode>, BadRequest<string>> (JsonObject change) =>
        {
            try
            {
                sandbox.ChangeProgram(change);
                return TypedResults.Ok(sandbox.ShownProgram());
            }
            catch (ArgumentException nonsense)
            {
                return TypedResults.BadRequest(nonsense.Message);
            }
        });
        control.MapPut("/tiers/{tierId}", Results<NoContent, NotFound> (string tierId, TierChange change) =>
            sandbox.ChangeTier(tierId, change.ExpiryType) ? TypedResults.NoContent() : TypedResults.NotFound());
        control.MapGet("/faults", () => sandbox.Faults.All);
        control.MapPut("/faults", (IReadOnlyList<Fault> faults) =>
        {
            sandbox.Faults.Set(faults);
            return TypedResults.Ok(sandbox.Faults.All);
        });
        control.MapDelete("/faults", () =>
        {
            sandbox.Faults.Clear();
            return TypedResults.NoContent();
        });
    }

    private sealed record TierChange(string ExpiryType);
}
