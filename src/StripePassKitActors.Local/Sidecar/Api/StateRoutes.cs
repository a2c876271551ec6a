using System.Text;
using System.Text.Json;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Actors' state: read by key, written in transactions by the app that hosts the actor.</summary>
internal static class StateRoutes
{
    private static readonly string[] Verbs = ["POST", "PUT"];

    public static void MapActorState(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar)
    {
        routes.MapGet("/v1.0/actors/{type}/{id}/state/{key}", context => ReadAsync(context, sidecar));
        routes.MapMethods("/v1.0/actors/{type}/{id}/state", Verbs, context => WriteAsync(context, sidecar));
    }

    private static async Task ReadAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseAsync(context, sidecar)) return;

        if (sidecar.Dapr.Mischief.StateStoreIsDown)
        {
            await DaprError.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_GET", "the state store does not answer, as was asked");
        }
        else if (sidecar.Dapr.State.Read(Key(context, sidecar, context.Value("key"))) is { } value)
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(value, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>All changes or none, and only for an actor that is awake in this sidecar's app.</summary>
    private static async Task WriteAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseAsync(context, sidecar)) return;

        if (!sidecar.Actors.IsAwake(context.Value("type"), context.Value("id")))
        {
            await DaprError.WriteAsync(context, StatusCodes.Status400BadRequest, "ERR_ACTOR_INSTANCE_MISSING", "actor instance is missing");
            return;
        }

        List<(string Key, byte[]? Value)> changes;
        try
        {
            using var operations = JsonDocument.Parse(await context.BodyAsync());
            changes = [.. operations.RootElement.EnumerateArray().Select(operation => Change(context, sidecar, operation))];
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await DaprError.WriteAsync(context, StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", unreadable.Message);
            return;
        }

        if (sidecar.Dapr.Mischief.OnStateWrite())
        {
            await DaprError.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_TRANSACTION_SAVE", "the transaction failed, as was asked");
            return;
        }

        sidecar.Dapr.State.Write(changes);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static (string Key, byte[]? Value) Change(HttpContext context, DevelopmentSidecar sidecar, JsonElement operation)
    {
        var request = operation.GetProperty("request");
        if (request.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => name is not ("key" or "value")) is { } unknown)
        {
            throw new UnsupportedException($"'{unknown}' in a state operation");
        }

        var key = Key(context, sidecar, request.GetProperty("key").GetString()!);
        return operation.GetProperty("operation").GetString() switch
        {
            "upsert" => (key, Encoding.UTF8.GetBytes(request.GetProperty("value").GetRawText())),
            "delete" => (key, null),
            var other => throw new UnsupportedException($"the state operation {other}"),
        };
    }

    private static async Task<bool> RefuseAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (sidecar.HasActorState) return false;

        var reason = $"no state store with actorStateStore is in the scope of {sidecar.Settings.AppId}";
        await DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_STATE_STORE_NOT_CONFIGURED", reason);
        return true;
    }

    private static string Key(HttpContext context, DevelopmentSidecar sidecar, string key) =>
        StateTable.Key(sidecar.Settings.AppId, context.Value("type"), context.Value("id"), key);
}
