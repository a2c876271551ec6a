using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace StripePassKitActors.Simulation.PassKit;

/// <summary>A member of the simulated PassKit.</summary>
internal sealed class PassMember(string id, string externalId)
{
    public string Id => id;

    public string ExternalId => externalId;

    public required string Tier { get; set; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Expiry { get; set; }

    /// <summary>Since when the pass is valid without a break.</summary>
    public required DateTimeOffset ValidSince { get; set; }

    /// <summary>Whether it is valid again and shows what it showed when it lapsed.</summary>
    public bool JustRevived { get; set; }

    public string? Name { get; set; }

    public string? Email { get; set; }

    public string? Phone { get; set; }

    public double Points { get; set; }

    public uint TierPoints { get; set; }

    public Dictionary<string, string> Metadata { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>
/// PassKit in memory, as strict as the sandbox and many times as fast; a test holds the two beside each other. The content of an expired
/// pass cannot be changed; records that expired ninety days ago are gone.
/// </summary>
internal sealed class PassKitModel(string programId, IReadOnlyCollection<string> tiers, TimeProvider time, bool revivesExpired = true)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private readonly Dictionary<string, PassMember> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> holders = new(StringComparer.Ordinal);
    private int made;

    public int Calls { get; private set; }

    /// <summary>All members whose records are still there.</summary>
    public IEnumerable<PassMember> Members => members.Keys.ToArray().Select(ById).OfType<PassMember>();

    /// <summary>Told of a valid pass that was made to lapse, or moved to another tier: the member, and the tier that it had.</summary>
    public Action<PassMember, string>? Changed { get; set; }

    /// <summary>Told of a valid pass that will lapse by itself.</summary>
    public Action<PassMember>? WillLapse { get; set; }

    public bool IsExpired(PassMember member) => member.Expiry <= time.GetUtcNow();

    public void Remove(PassMember member)
    {
        members.Remove(member.Id);
        holders.Remove(member.ExternalId);
    }

    public (HttpStatusCode Status, ReadOnlyMemory<byte> Body) Answer(HttpMethod method, string path, ReadOnlyMemory<byte> body)
    {
        Calls++;
        using var document = body.IsEmpty ? null : JsonDocument.Parse(body);
        var json = document?.RootElement ?? default;
        var parts = path.Split('/');
        return (method.Method, parts) switch
        {
            ("GET", ["", "members", "program", var id]) => id == programId ? (HttpStatusCode.OK, Id(id)) : NotFound,
            ("GET", ["", "members", "tier", _, var id]) => tiers.Contains(id) ? (HttpStatusCode.OK, Expiring) : NotFound,
            ("GET", ["", "members", "member", "id", var id]) => ById(id) is { } member ? (HttpStatusCode.OK, Shown(member)) : NotFound,
            ("GET", ["", "members", "member", "externalId", _, var id]) => ByExternalId(Uri.UnescapeDataString(id)) is { } member ? (HttpStatusCode.OK, Shown(member)) : NotFound,
            ("POST", ["", "members", "member"]) => Enrol(json),
            ("PUT", ["", "members", "member"]) => Update(json),
            ("DELETE", ["", "members", "member"]) => Delete(json),
            ("PUT", ["", "members", "member", "points", "set"]) => SetPoints(json),
            ("PUT", ["", "members", "member", "tier"]) => ChangeTier(json),
            ("PUT", ["", "members", "member", "updateExpiry"]) => UpdateExpiry(json),
            _ => (HttpStatusCode.NotImplemented, default),
        };
    }

    private static ReadOnlyMemory<byte> Expiring => """{"expirySettings":{"expiryType":"EXPIRE_ON_VARIABLE_DATE_TIME"}}"""u8.ToArray();

    private static (HttpStatusCode, ReadOnlyMemory<byte>) NotFound => (HttpStatusCode.NotFound, "{}"u8.ToArray());

    private (HttpStatusCode, ReadOnlyMemory<byte>) Enrol(JsonElement json)
    {
        var (externalId, tier) = (Text(json, "externalId")!, Text(json, "tierId")!);
        if (Text(json, "programId") != programId || !tiers.Contains(tier)) return NotFound;
        if (ByExternalId(externalId) is not null || holders.ContainsKey(externalId)) return (HttpStatusCode.Conflict, "{}"u8.ToArray());

        var member = new PassMember($"m{++made:D21}", externalId) { Tier = tier, Created = time.GetUtcNow(), ValidSince = time.GetUtcNow(), Expiry = Moment(json) };
        Patch(member, json);
        members.Add(member.Id, member);
        holders.Add(externalId, member.Id);
        WillLapse?.Invoke(member);
        return (HttpStatusCode.OK, Id(member.Id));
    }

    private (HttpStatusCode, ReadOnlyMemory<byte>) Update(JsonElement json)
    {
        if (ById(Text(json, "id")!) is not { } member) return NotFound;
        if (!IsExpired(member))
        {
            Patch(member, json);
            member.JustRevived = false;
        }

        SetExpiry(member, Moment(json));
        return (HttpStatusCode.OK, Id(member.Id));
    }

    private (HttpStatusCode, ReadOnlyMemory<byte>) SetPoints(JsonElement json)
    {
        if (ById(Text(json, "id")!) is not { } member) return NotFound;
        if (IsExpired(member)) return (HttpStatusCode.OK, Id(member.Id));
        if (json.TryGetProperty("resetPoints", out var none) && none.GetBoolean()) member.Points = 0;
        if (json.TryGetProperty("resetTierPoints", out none) && none.GetBoolean()) member.TierPoints = 0;
        PatchPoints(member, json);
        return (HttpStatusCode.OK, Id(member.Id));
    }

    private (HttpStatusCode, ReadOnlyMemory<byte>) Delete(JsonElement json)
    {
        if (ById(Text(json, "id")!) is not { } member) return NotFound;
        Remove(member);
        return (HttpStatusCode.OK, "{}"u8.ToArray());
    }

    private (HttpStatusCode, ReadOnlyMemory<byte>) ChangeTier(JsonElement json)
    {
        if (ById(Text(json, "memberId")!) is not { } member || !tiers.Contains(Text(json, "tierId")!)) return NotFound;
        if (!IsExpired(member))
        {
            var tier = member.Tier;
            member.Tier = Text(json, "tierId")!;
            Changed?.Invoke(member, tier);
            member.JustRevived = false;
        }

        return (HttpStatusCode.OK, Id(member.Id));
    }

    private (HttpStatusCode, ReadOnlyMemory<byte>) UpdateExpiry(JsonElement json)
    {
        if (ById(Text(json, "id")!) is not { } member) return NotFound;
        SetExpiry(member, Moment(json));
        return (HttpStatusCode.OK, Id(member.Id));
    }

    private void SetExpiry(PassMember member, DateTimeOffset? expiry)
    {
        var expired = IsExpired(member);
        if (expiry is null || (expired && !(revivesExpired && expiry > time.GetUtcNow()))) return;
        member.Expiry = expiry;
        if (expired) (member.ValidSince, member.JustRevived) = (time.GetUtcNow(), true);
        WillLapse?.Invoke(member);
        if (!expired && IsExpired(member)) Changed?.Invoke(member, member.Tier);
    }

    private PassMember? ByExternalId(string externalId) => holders.TryGetValue(externalId, out var id) ? ById(id) : null;

    private PassMember? ById(string id)
    {
        if (!members.TryGetValue(id, out var member)) return null;
        if (member.Expiry is not { } expiry || time.GetUtcNow() - expiry < Kept) return member;

        Remove(member);
        return null;
    }

    private static void Patch(PassMember member, JsonElement json)
    {
        if (json.TryGetProperty("person", out var person))
        {
            member.Name = Text(person, "displayName") ?? member.Name;
            member.Email = Text(person, "emailAddress") ?? member.Email;
            member.Phone = Text(person, "mobileNumber") ?? member.Phone;
        }

        PatchPoints(member, json);
        if (!json.TryGetProperty("metaData", out var metadata)) return;
        var map = metadata.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);
        if (map.Count > 0) member.Metadata = map;
    }

    /// <summary>A zero is no value on this wire.</summary>
    private static void PatchPoints(PassMember member, JsonElement json)
    {
        if (json.TryGetProperty("points", out var points) && points.GetDouble() is not 0 and var amount) member.Points = amount;
        if (json.TryGetProperty("tierPoints", out var tierPoints) && tierPoints.GetUInt32() is not 0 and var whole) member.TierPoints = whole;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Moment(JsonElement json) => json.TryGetProperty("expiryDate", out var value) ? value.GetDateTimeOffset() : null;

    private static ReadOnlyMemory<byte> Id(string id) => System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}""");

    private ReadOnlyMemory<byte> Shown(PassMember member)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", member.Id);
            json.WriteString("externalId", member.ExternalId);
            json.WriteString("programId", programId);
            json.WriteString("tierId", member.Tier);
            json.WriteStartObject("person");
            json.WriteString("displayName", member.Name ?? "");
            json.WriteString("emailAddress", member.Email ?? "");
            json.WriteString("mobileNumber", member.Phone ?? "");
            json.WriteEndObject();
            json.WriteStartObject("metaData");
            foreach (var (key, value) in member.Metadata) json.WriteString(key, value);
            json.WriteEndObject();
            if (member.Expiry is { } expiry) json.WriteString("expiryDate", expiry.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteNumber("points", member.Points);
            json.WriteNumber("tierPoints", member.TierPoints);
            json.WriteString("status", IsExpired(member) ? "EXPIRED" : "ENROLLED");
            json.WriteStartObject("passMetaData");
            json.WriteString("status", IsExpired(member) ? "PASS_INVALIDATED" : "PASS_ISSUED");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
