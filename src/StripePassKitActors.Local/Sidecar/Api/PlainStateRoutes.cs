using System.Globalization;
using System.Text;
using System.Text.Json;
using StripePassKitActors.Local.Sidecar.Resources;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>State of the app itself, outside of its actors: read by key, written in transactions.</summary>
internal static class PlainStateRoutes
{
    private static readonly string[] Verbs = ["POST", "PUT"];

    public static void MapPlainState(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar)
    {
        routes.MapGet("/v1.0/state/{store}/{key}", context => ReadAsync(context, sidecar));
        routes.MapMethods("/v1.0/state/{store}/transaction", Verbs, context => WriteAsync(context, sidecar));
    }

    private static async Task ReadAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (context.Request.QueryString.HasValue) throw new UnsupportedException($"the query '{context.Request.QueryString}' of a read of state");
        if (await RefuseAsync(context, sidecar)) return;

        var key = context.Value("key");
        if (await RefuseKeyAsync(context, key)) return;

        if (sidecar.Dapr.Mischief.StateStoreIsDown)
        {
            var reason = $"fail to get {key} from state store {context.Value("store")}: it does not answer, as was asked";
            await DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_STATE_GET", reason);
        }
        else if (sidecar.Dapr.PlainState.Read(PlainStateTable.Key(sidecar.Settings.AppId, key)) is { } value)
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(value, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static async Task WriteAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseAsync(context, sidecar)) return;

        List<Operation> operations;
        try
        {
            using var body = JsonDocument.Parse(await context.BodyAsync());
            RefuseFields(body.RootElement, "a state transaction", "operations");
            operations = [.. body.RootElement.GetProperty("operations").EnumerateArray().Select(Read)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await DaprError.WriteAsync(context, StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {unreadable.Message}");
            return;
        }

        if (operations.Find(operation => operation.Kind is not ("upsert" or "delete")) is { } other)
        {
            await DaprError.WriteAsync(
                context, StatusCodes.Status400BadRequest, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {other.Kind} not supported");
            return;
        }

        foreach (var operation in operations)
        {
            if (await RefuseKeyAsync(context, operation.Key)) return;
        }

        if (sidecar.Dapr.Mischief.StateStoreIsDown)
        {
            await DaprError.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "ERR_STATE_TRANSACTION", "error while executing state transaction: the store does not answer, as was asked");
            return;
        }

        sidecar.Dapr.PlainState.Write([.. operations.Select(operation => (PlainStateTable.Key(sidecar.Settings.AppId, operation.Key), operation.Value, operation.Lives))]);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Operation Read(JsonElement operation)
    {
        RefuseFields(operation, "a state operation", "operation", "request");
        var kind = operation.GetProperty("operation").GetString();
        var request = operation.GetProperty("request");
        RefuseFields(request, "a state operation", "key", "value", "metadata");
        if (!request.TryGetProperty("key", out var named) || named.GetString() is not { Length: > 0 } key) throw new UnsupportedException("state without a key");

        return new Operation(
            kind,
            key,
            kind == "upsert" ? Encoding.UTF8.GetBytes(request.TryGetProperty("value", out var value) ? value.GetRawText() : "null") : null,
            request.TryGetProperty("metadata", out var metadata) ? Lives(metadata) : null);
    }

    private static TimeSpan? Lives(JsonElement metadata)
    {
        const string name = "ttlInSeconds";
        RefuseFields(metadata, "the metadata of a state operation", name);
        if (!metadata.TryGetProperty(name, out var text)) return null;

        return int.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new UnsupportedException($"the {name} '{text}'");
    }

    private static void RefuseFields(JsonElement json, string of, params ReadOnlySpan<string> known)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (!known.Contains(field.Name)) throw new UnsupportedException($"'{field.Name}' in {of}");
        }
    }

    private static async Task<bool> RefuseAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        var store = context.Value("store");
        if (sidecar.Resources.Find(store, ComponentTypes.State) is not null) return false;

        await (sidecar.Resources.Components.Any(component => component.Type == ComponentTypes.State)
            ? DaprError.WriteAsync(context, StatusCodes.Status400BadRequest, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found")
            : DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {store} is not configured"));
        return true;
    }

    /// <summary>Dapr puts these between the app's id and the key.</summary>
    private static async Task<bool> RefuseKeyAsync(HttpContext context, string key)
    {
        if (!key.Contains("||", StringComparison.Ordinal)) return false;

        await DaprError.WriteAsync(context, StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", $"input key/keyPrefix '{key}' can't contain '||'");
        return true;
    }

    private sealed record Operation(string? Kind, string Key, byte[]? Value, TimeSpan? Lives);
}
