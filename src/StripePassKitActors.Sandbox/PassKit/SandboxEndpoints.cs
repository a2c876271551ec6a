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
}
