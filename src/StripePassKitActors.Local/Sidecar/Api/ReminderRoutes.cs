using System.Text.Json;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Actors' reminders, for the app that hosts the type. Due time and period are spans of time; without a period it fires once.</summary>
internal static class ReminderRoutes
{
    private const string Route = "/v1.0/actors/{type}/{id}/reminders/{name}";
    private static readonly string[] Verbs = ["POST", "PUT"];

    public static void MapReminders(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar)
    {
        routes.MapMethods(Route, Verbs, context => RegisterAsync(context, sidecar));
        routes.MapGet(Route, context => ShowAsync(context, sidecar));
        routes.MapDelete(Route, context => UnregisterAsync(context, sidecar));
    }

    private static async Task RegisterAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (await RefuseAsync(context, sidecar)) return;

        using var json = JsonDocument.Parse(await context.BodyAsync());
        var fields = json.RootElement.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(field => field.Name, field => field.Value);
        if (fields.Keys.FirstOrDefault(key => key is not ("dueTime" or "period" or "data")) is { } unknown)
        {
            throw new UnsupportedException($"'{unknown}' of a reminder");
        }

        var (due, period) = (Text("dueTime"), Text("period"));
        if (Span(due) is not { } dueIn || (period.Length > 0 && Span(period) is null))
        {
            var reason = $"error creating actor reminder: no span of time: due time '{due}', period '{period}'";
            await DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_REMINDER_CREATE", reason);
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
            await DaprError.WriteAsync(
                context, StatusCodes.Status404NotFound, "ERR_ACTOR_REMINDER_NOT_FOUND", $"actor reminder not found: {context.Value("name")}");
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
        if (await RefuseAsync(context, sidecar)) return;

        sidecar.Reminders.Unregister(context.Value("type"), context.Value("id"), context.Value("name"));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<bool> RefuseAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        if (sidecar.Actors.Types.Contains(context.Value("type"))) return false;

        await DaprError.WriteAsync(
            context, StatusCodes.Status403Forbidden, "ERR_ACTOR_REMINDER_NON_HOSTED", "operations on actor reminders are only possible on hosted actor types");
        return true;
    }
}
