using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Connect;

/// <summary>A subscription to PassKit's webhooks, as far as it matters. PassKit calls it a sink; its configuration is JSON within JSON.</summary>
internal sealed record PassKitSink
{
    /// <summary>What our own address holds before the token.</summary>
    public const string Path = "/webhooks/passkit/";

    /// <summary>PassKit's word for membership programs.</summary>
    public const string Protocol = "MEMBERSHIP";

    private const string Active = "INTEGRATION_ACTIVE";

    /// <summary>
    /// What must be told: passes that come to a device and leave it; and whatever happens to a member, or is done to it by hand. Most
    /// RECORD_UPDATED are of our own writing: each costs a read that finds nothing to write, and there it ends. RECORD_CREATED is always of our own making.
    /// </summary>
    public static readonly IReadOnlyList<string> Events =
    [
        "PASS_EVENT_INSTALLED", "PASS_EVENT_RECORD_UPDATED", "PASS_EVENT_UNINSTALLED", "PASS_EVENT_INVALIDATED", "PASS_EVENT_RECORD_DELETED",
    ];

    // Numbers are what PassKit's own samples have; by REST it answers names.
    private static readonly Dictionary<string, string> Numbers = new()
    {
        ["1"] = "PASS_EVENT_RECORD_CREATED", ["2"] = "PASS_EVENT_INSTALLED", ["4"] = "PASS_EVENT_RECORD_UPDATED", ["8"] = "PASS_EVENT_UNINSTALLED",
        ["16"] = "PASS_EVENT_INVALIDATED", ["32"] = "PASS_EVENT_RECORD_DELETED",
    };

    /// <summary>PassKit's id of it.</summary>
    public required string Id { get; init; }

    /// <summary>Where it leads; null: it is no webhook.</summary>
    public Uri? Target { get; init; }

    /// <summary>The names of its events.</summary>
    public IReadOnlyList<string> Wants { get; init; } = [];

    /// <summary>PassKit's word for whether it works.</summary>
    public string? Status { get; init; }

    /// <summary>Whether it works.</summary>
    public bool IsActive => Status is Active;

    /// <summary>Whether it leads to such an address, and to that of one site if a site is named.</summary>
    public bool LeadsTo(Uri? site) => Target is { } target
        && target.AbsolutePath.Contains(Path, StringComparison.Ordinal)
        && (site is null || Site(target) == Site(site));

    /// <summary>What stands before <see cref="Path"/>, or where that would follow.</summary>
    public static string Site(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" is var whole && whole.LastIndexOf(Path, StringComparison.Ordinal) is >= 0 and var at
        ? whole[..at]
        : whole[..^1];

    /// <summary>Its address, without what must stay secret in it.</summary>
    public static string Shown(Uri target) => $"{Site(target)}{Path}…";

    /// <summary>Reads one; null: it has no id.</summary>
    public static PassKitSink? From(JsonObject json) => $"{json["id"]}" is not { Length: > 0 } id ? null : new PassKitSink
    {
        Id = id,
        Target = PassKitAccount.Parse($"{json["configuration"]}")?["targetUrl"] is JsonValue url && Uri.TryCreate($"{url}", UriKind.Absolute, out var target) ? target : null,
        Wants = json["passEventId"] is JsonArray events ? [.. events.Select(one => $"{one}").Select(one => Numbers.GetValueOrDefault(one, one))] : [],
        Status = json["status"]?.ToString() is "2" ? Active : json["status"]?.ToString(),
    };

    /// <summary>What PassKit is to be told so that it leads there; of one that exists, what others set in it survives.</summary>
    public static JsonObject Wanted(string programId, Uri target, JsonObject? existing)
    {
        var configuration = PassKitAccount.Parse($"{existing?["configuration"]}") ?? [];
        configuration["targetUrl"] = target.AbsoluteUri;
        configuration.Remove("signingSecret"); // PassKit's own: it is refused where somebody writes it
        var wanted = new JsonObject
        {
            ["classId"] = programId,
            ["protocol"] = Protocol,
            ["passEventId"] = new JsonArray([.. Events.Select(name => JsonValue.Create(name))]),
            ["status"] = Active,
            ["configType"] = "WEBHOOK",
            ["configuration"] = configuration.ToJsonString(),
        };
        if (existing?["id"] is { } id) wanted["id"] = $"{id}";
        return wanted;
    }
}
