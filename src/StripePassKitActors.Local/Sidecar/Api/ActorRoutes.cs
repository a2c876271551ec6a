using System.Text.Json;
using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Actors over HTTP: calls go to whichever app hosts the type; state and reminders belong to the app that hosts it.</summary>
internal static class ActorRoutes
{
    private static readonly string[] CallVerbs = ["GET", "POST", "PUT", "DELETE"];
    private static readonly string[] RegisterVerbs = ["POST", "PUT"];

    public static void MapActors(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar)
    {
        routes.MapMethods("/v1.0/actors/{type}/{id}/method/{method}", CallVerbs, context => CallAsync(context, sidecar));
        routes.MapGet("/v1.0/actors/{type}/{id}/state/{key}", context => ReadStateAsync(context, sidecar));
        routes.MapMethods("/v1.0/actors/{type}/{id}/state", RegisterVerbs, context => WriteStateAsync(context, sidecar));
        routes.MapMethods("/v1.0/actors/{type}/{id}/reminders/{name}", RegisterVerbs, context => RegisterAsync(context, sidecar));
        routes.MapGet("/v1.0/actors/{type}/{id}/reminders/{name}", context => ShowAsync(context, sidecar));
        routes.MapDelete("/v1.0/actors/{type}/{id}/reminders/{name}", context => UnregisterAsync(context, sidecar));
    }

    /// <summary>The app's answer comes back when it is 200; any other becomes an error 500 that quotes it.</summary>
    private static async Task CallAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        var (type, id) = (context.Value("type"), context.Value("id"));
        if (sidecar.Dapr.HostOf(type) is not { } host)
        {
            await FailAsync($"failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor '{type}/{id}'");
            return;
        }

        try
        {
            var body = await context.BodyAsync();
            var answer = await host.CallAsync(type, id, context.Value("method"), body, AppChannel.Forwarded(context.Request.Headers), context.RequestAborted);
            if (answer.Status == StatusCodes.Status200OK) await context.WriteAsync(answer);
            else await FailAsync($"error from actor service: ({answer.Status}) {System.Text.Encoding.UTF8.GetString(answer.Body)}");
        }
        catch (HttpRequestException silent)
        {
            await FailAsync(silent.Message);
        }

        Task FailAsync(string reason) =>
            DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_INVOKE_METHOD", $"error invoke actor method: {reason}");
    }

    private static async Task ReadStateAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseStateAsync(context, sidecar)) return;

        if (sidecar.Dapr.Mischief.StateStoreIsDown)
        {
            await DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_GET", "the state store does not answer, as was asked");
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
    private static async Task WriteStateAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseStateAsync(context, sidecar)) return;

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
            await DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_TRANSACTION_SAVE", "the transaction failed, as was asked");
            return;
        }

        sidecar.Dapr.State.Write(changes);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static (string Key, byte[]? Value) Change(HttpContext context, DevelopmentSidecar sidecar, JsonElement operation)
    {
        var request = operation.GetProperty("request");
        if (request.EnumerateObject().FirstOrDefault(field => field.Name is not ("key" or "value")) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw new UnsupportedException($"'{unknown.Name}' in a state operation");
        }

        var key = Key(context, sidecar, request.GetProperty("key").GetString()!);
        return operation.GetProperty("operation").GetString() switch
        {
            "upsert" => (key, System.Text.Encoding.UTF8.GetBytes(request.GetProperty("value").GetRawText())),
            "delete" => (key, null),
            var other => throw new UnsupportedException($"the state operation {other}"),
        };
    }

    private static async Task<bool> RefuseStateAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (sidecar.HasActorState) return false;

        await DaprError.WriteAsync(
            context, StatusCodes.Status500InternalServerError, "ERR_STATE_STORE_NOT_CONFIGURED", $"no state store with actorStateStore is in the scope of {sidecar.Settings.AppId}");
        return true;
    }

    private static async Task RegisterAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseReminderAsync(context, sidecar)) return;

        using var json = JsonDocument.Parse(await context.BodyAsync());
        var fields = json.RootElement.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null).ToDictionary(field => field.Name, field => field.Value);
        if (fields.Keys.FirstOrDefault(key => key is not ("dueTime" or "period" or "data")) is { } unknown) throw new UnsupportedException($"'{unknown}' of a reminder");

        var (due, period) = (Text("dueTime"), Text("period"));
        if (Span(due) is not { } dueIn || (period.Length > 0 && Span(period) is null))
        {
            await DaprError.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_REMINDER_CREATE", $"error creating actor reminder: no span of time: due time '{due}', period '{period}'");
            return;
        }

        sidecar.Reminders.Register(
            context.Value("type"), context.Value("id"), context.Value("name"), dueIn, period.Length > 0 ? Span(period) : null,
            fields.TryGetValue("data", out var data) ? data.GetRawText() : null, due);
        context.Response.StatusCode = StatusCodes.Status204NoContent;

        string Text(string name) => fields.TryGetValue(name, out var value) ? value.GetString() ?? "" : "";
        static TimeSpan? Span(string text) => text.Length == 0 ? TimeSpan.Zero : Durations.Parse(text);
    }

    private static async Task ShowAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (sidecar.Reminders.Find(context.Value("type"), context.Value("id"), context.Value("name")) is not { } reminder)
        {
            await DaprError.WriteAsync(context, StatusCodes.Status404NotFound, "ERR_ACTOR_REMINDER_NOT_FOUND", $"actor reminder not found: {context.Value("name")}");
            return;
        }

        var shown = new Dictionary<string, object> { ["actorID"] = reminder.Actor, ["actorType"] = reminder.Type };
        if (reminder.Data is { } data) shown["data"] = JsonSerializer.Deserialize<JsonElement>(data);
        shown["dueTime"] = reminder.Registered;
        if (reminder.Period is { } period) shown["period"] = $"@every {period.TotalSeconds}s";
        await context.Response.WriteAsJsonAsync(shown);
    }

    private static async Task UnregisterAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseReminderAsync(context, sidecar)) return;

        sidecar.Reminders.Unregister(context.Value("type"), context.Value("id"), context.Value("name"));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<bool> RefuseReminderAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (sidecar.Actors.Types.Contains(context.Value("type"))) return false;

        await DaprError.WriteAsync(
            context, StatusCodes.Status403Forbidden, "ERR_ACTOR_REMINDER_NON_HOSTED", "operations on actor reminders are only possible on hosted actor types");
        return true;
    }

    private static string Key(HttpContext context, DevelopmentSidecar sidecar, string key) =>
        StateTable.Key(sidecar.Settings.AppId, context.Value("type"), context.Value("id"), key);
}
