using System.Text;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>
/// Who asked to be told what happens to passes, and PassKit's calls that say so. Not safe for several threads: <see cref="PassKitSandbox"/>
/// lets one in at a time.
/// </summary>
internal sealed class SinkStore
{
    private const int UsualLimit = 25;

    private readonly ProgramStore programs;
    private readonly PassIds ids;
    private readonly TimeProvider time;
    private readonly RecordFile.Table? table;
    private readonly OrderedDictionary<string, JsonObject> sinks = [];

    /// <summary>Begins with those that the table holds; null: none is kept.</summary>
    public SinkStore(ProgramStore programs, PassIds ids, TimeProvider time, RecordFile.Table? table)
    {
        (this.programs, this.ids, this.time, this.table) = (programs, ids, time, table);
        foreach (var sink in table?.Read() ?? []) sinks.Add(sink.Text("id"), sink);
    }

    /// <summary>Whether a read tells the secret that signs.</summary>
    public bool TellsSecrets { get; set; }

    /// <summary>All of them with their secrets.</summary>
    public IReadOnlyList<JsonObject> All => [.. sinks.Values.Select(sink => Shown(sink, tells: true))];

    /// <summary>The active ones that want to hear of this.</summary>
    public IEnumerable<(string Id, Uri Url, string Secret)> Wanting(string programId, string passEvent) =>
        from sink in sinks.Values
        where sink.Text("classId") == programId && sink.Text("status") is "INTEGRATION_ACTIVE"
        where sink["passEventId"] is JsonArray wanted && wanted.Any(one => one!.GetValue<string>() == passEvent)
        select (sink.Text("id"), new Uri(Configuration(sink).Text("targetUrl")), sink.Text("_secret"));

    /// <summary>Has one that is told everything but what is created; one that is there stays as it is.</summary>
    public void Ensure(string programId, string url)
    {
        if (sinks.Values.Any(sink => sink.Text("classId") == programId && Configuration(sink).Text("targetUrl") == url)) return;
        Keep(ids.Next(), ids.Secret(), new JsonObject
        {
            ["classId"] = programId,
            ["protocol"] = "MEMBERSHIP",
            ["passEventId"] = new JsonArray(PassEvents.Installed, PassEvents.Updated, PassEvents.Uninstalled, PassEvents.Invalidated, PassEvents.Deleted),
            ["status"] = "INTEGRATION_ACTIVE",
            ["configType"] = "WEBHOOK",
            ["configuration"] = new JsonObject { ["targetUrl"] = url }.ToJsonString(),
        });
    }

    public Answer Create(PassKitCall call) => Refuse(call.Body) ?? Keep(ids.Next(), ids.Secret(), call.Body);

    /// <summary>Puts what is said in place of what was known: whether PassKit would merge is not known, so everything has to be said again.</summary>
    public Answer Update(PassKitCall call)
    {
        var id = call.Body.Text("id");
        var refusal = Checks.Required("SinkSubscription", call.Body, "id")
            ?? (sinks.ContainsKey(id) ? null : Answer.Missing("subscription", id))
            ?? Refuse(call.Body);
        return refusal ?? Keep(id, sinks[id].Text("_secret"), call.Body);
    }

    public Answer Read(PassKitCall call) => Find(call, out var sink) ?? Answer.Ok(Shown(sink, TellsSecrets));

    public Answer Delete(PassKitCall call)
    {
        if (Find(call, out var sink) is { } refusal) return refusal;
        sinks.Remove(sink.Text("id"));
        table?.Remove(sink.Text("id"));
        return Answer.Ok(new JsonObject());
    }

    public Answer List(PassKitCall call)
    {
        var filters = call.Body["filters"] as JsonObject ?? [];
        if (Checks.Required("ListRequest", call.Body, "classId", "protocol") is { } invalid) return invalid;
        if (filters["filterGroups"] is JsonArray { Count: > 0 }) return Answer.Invalid("The sandbox lists all subscriptions of a program, unfiltered.");

        var (limit, offset) = (filters["limit"]?.GetValue<int>() ?? 0, filters["offset"]?.GetValue<int>() ?? 0);
        var found = sinks.Values.Where(sink => sink.Text("classId") == call.Body.Text("classId") && sink.Text("protocol") == call.Body.Text("protocol")).Skip(offset);
        return Answer.Stream((limit < 0 ? found : found.Take(limit == 0 ? UsualLimit : limit)).Select(sink => Shown(sink, TellsSecrets)));
    }

    private Answer? Refuse(JsonObject sink) =>
        Checks.Required("SinkSubscription", sink, "classId", "protocol", "configType", "configuration")
        ?? Checks.ServerAssigned("SinkSubscription", sink, "createdAt", "updatedAt")
        ?? (sink.Text("protocol") is "MEMBERSHIP" ? null : Answer.Invalid("The sandbox knows members and no other protocol."))
        ?? (sink.Text("configType") is "WEBHOOK" ? null : Answer.Invalid("The sandbox knows webhooks and no other kind of sink."))
        ?? RefuseConfiguration(sink.Text("configuration"))
        ?? (programs.Knows(sink.Text("classId")) ? null : Answer.Missing("program", sink.Text("classId")));

    private static Answer? RefuseConfiguration(string json) =>
        !ProtoJson.TryRead("WebhookConfig", Encoding.UTF8.GetBytes(json), out var configuration, out var error) ? Answer.Invalid(error)
        : Checks.Required("WebhookConfig", configuration, "targetUrl")
        ?? Checks.ServerAssigned("WebhookConfig", configuration, "signingSecret")
        ?? (Uri.TryCreate(configuration.Text("targetUrl"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? null
            : Answer.FieldFails("WebhookConfig", "targetUrl", "url"));

    private Answer? Find(PassKitCall call, out JsonObject sink)
    {
        var (protocol, id) = (call.Path("protocol"), call.Path("subscriptionId"));
        sink = sinks.GetValueOrDefault(id) ?? [];
        return protocol is not ("MEMBERSHIP" or "100") ? Answer.Invalid($"type mismatch, parameter: protocol, error: {protocol} is not valid")
            : sinks.ContainsKey(id) ? null
            : Answer.Missing("subscription", id);
    }

    private Answer Keep(string id, string secret, JsonObject said)
    {
        var now = ProtoJson.Moment(time.GetUtcNow());
        var sink = said.DeepClone().AsObject();
        sink["id"] = id;
        sink["createdAt"] = sinks.GetValueOrDefault(id)?["createdAt"]?.DeepClone() ?? now;
        sink["updatedAt"] = now;
        sink["_secret"] = secret;
        sinks[id] = sink;
        table?.Save(sink);
        return Answer.Id(id);
    }

    private static JsonObject Shown(JsonObject sink, bool tells)
    {
        var configuration = Configuration(sink);
        if (tells) configuration["signingSecret"] = sink.Text("_secret");
        var shown = sink.DeepClone().AsObject();
        shown["configuration"] = configuration.ToJsonString();
        return ProtoJson.Populate("SinkSubscription", shown);
    }

    private static JsonObject Configuration(JsonObject sink) => JsonNode.Parse(sink.Text("configuration"))!.AsObject();
}
