using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;
using StripePassKitActors.Sandbox.PassKit.Sinks;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>
/// The members, and what the passing of time does to them. Not safe for several threads: <see cref="PassKitSandbox"/> lets one in
/// at a time.
/// </summary>
internal sealed class MemberStore
{
    private static readonly string[] RealExpiries = ["EXPIRE_ON_FIXED_DATE", "EXPIRE_AFTER_X_DAYS", "EXPIRE_ON_VARIABLE_DATE_TIME"];

    // Which expiry of a member was told of; no field of PassKit's.
    private const string ToldLapse = "_toldLapse";

    private readonly ProgramStore programs;
    private readonly PassIds ids;
    private readonly TimeProvider time;
    private readonly RecordFile.Table? table;
    private readonly HashSet<string> changed = [];
    private readonly List<(string Event, JsonObject Member)> happened = [];
    private readonly OrderedDictionary<string, JsonObject> members = [];

    // Every external id that is taken, and by whom: a member that was deleted may be gone and its id taken all the same.
    private readonly Dictionary<(string Program, string ExternalId), string> holders = [];

    /// <summary>Begins with the members that the table holds; null: none is kept.</summary>
    public MemberStore(ProgramStore programs, PassIds ids, TimeProvider time, RecordFile.Table? table)
    {
        (this.programs, this.ids, this.time, this.table) = (programs, ids, time, table);
        programs.TiersChanged = () => NextLapse = DateTimeOffset.MinValue;
        foreach (var member in table?.Read() ?? [])
        {
            members.Add(member.Text("id"), member);
            if (member.Text("externalId").Length > 0) holders[Holding(member)] = member.Text("id");
        }
    }

    public bool FreesExternalIds { get; set; }

    public bool RevivesExpired { get; set; } = true;

    /// <summary>Is told, when a step is saved, what happened to whom: a <c>PassEventId</c> and the member as a GET shows it.</summary>
    public Action<string, JsonObject>? Told { get; set; }

    /// <summary>When a pass may lapse next; at the latest then <see cref="Save"/> should be called.</summary>
    public DateTimeOffset NextLapse { get; private set; } = DateTimeOffset.MinValue;

    public IReadOnlyList<JsonObject> All => [.. members.Keys.ToList().Select(ById).OfType<JsonObject>()];

    /// <summary>The member, unless it expired so long ago that its record is deleted; that is found out here.</summary>
    public JsonObject? ById(string id)
    {
        if (!members.TryGetValue(id, out var member)) return null;
        if (ExpiredFor(member) < TimeSpan.FromDays(programs.DaysKeptAfterExpiry(member.Text("programId")))) return member;

        members.Remove(id);
        holders.Remove(Holding(member));
        changed.Add(id);
        Happened(PassEvents.Deleted, member);
        return null;
    }

    public JsonObject? ByExternalId(string programId, string externalId) =>
        holders.TryGetValue((programId, externalId), out var id) ? ById(id) : null;

    public bool IsTaken(string programId, string externalId) =>
        ByExternalId(programId, externalId) is not null || holders.ContainsKey((programId, externalId));

    public JsonObject Add(JsonObject member)
    {
        var now = ProtoJson.Moment(time.GetUtcNow());
        do member["id"] = ids.Next();
        while (members.ContainsKey(member.Text("id"))); // a run that goes on begins with the ids of the last
        foreach (var field in (string[])["created", "updated", "currentTierAwarded"]) member[field] = now;
        members.Add(member.Text("id"), member);
        changed.Add(member.Text("id"));
        if (member.Text("externalId").Length > 0) holders.Add(Holding(member), member.Text("id"));
        Happened(PassEvents.Created, member);
        return member;
    }

    public void Remove(JsonObject member)
    {
        members.Remove(member.Text("id"));
        changed.Add(member.Text("id"));
        Happened(PassEvents.Deleted, member);
        if (FreesExternalIds) holders.Remove(Holding(member));
    }

    /// <summary>Takes note of a change, and of what it is to whoever is told.</summary>
    public void Touch(JsonObject member, string passEvent = PassEvents.Updated)
    {
        member["updated"] = ProtoJson.Moment(time.GetUtcNow());
        changed.Add(member.Text("id"));
        Happened(passEvent, member);
    }

    /// <summary>Writes down what changed since it was last asked to, lapsed passes included, and tells of it.</summary>
    public void Save()
    {
        if (NextLapse <= time.GetUtcNow()) FindLapses();
        foreach (var id in changed)
        {
            if (members.TryGetValue(id, out var member)) table?.Save(member);
            else table?.Remove(id);
        }

        changed.Clear();
        foreach (var (passEvent, member) in happened) Told?.Invoke(passEvent, Read(member));
        happened.Clear();
    }

    /// <summary>Whether the pass has lost its barcode: its date has passed, on a tier whose expiry is a real one.</summary>
    public bool IsExpired(JsonObject member) => ExpiredFor(member) >= TimeSpan.Zero;

    /// <summary>Sets when the pass lapses. An expired pass takes a date in the future alone, if it takes one.</summary>
    public void SetExpiry(JsonObject member, string date)
    {
        if (IsExpired(member) && !(RevivesExpired && ProtoJson.Moment(date) > time.GetUtcNow())) return;
        member["expiryDate"] = date;
        Touch(member);
    }

    /// <summary>The member as a GET shows it.</summary>
    public JsonObject Read(JsonObject member)
    {
        var shown = member.DeepClone().AsObject();
        var pass = shown["passMetaData"] as JsonObject ?? [];
        pass["issueAt"] = member["created"]?.DeepClone();
        pass["lastUpdatedAt"] = member["updated"]?.DeepClone();
        if (IsExpired(member))
        {
            shown["status"] = "EXPIRED";
            pass["status"] = "PASS_INVALIDATED";
            pass["invalidatedAt"] = member["expiryDate"]?.DeepClone();
        }

        shown["passMetaData"] = pass.Parent is null ? pass : pass.DeepClone();
        return ProtoJson.Populate("Member", shown);
    }

    /// <summary>Finds the member whom a body names: by id, else by external id within a program.</summary>
    public bool TryFind(PassKitCall call, MemberAddress address, [NotNullWhen(true)] out JsonObject? member, out Answer refusal)
    {
        var (id, externalId, programId) = (call.Body.Text(address.Id), call.Body.Text(address.ExternalId), call.Body.Text(address.ProgramId));
        member = id.Length > 0 ? ById(id) : ByExternalId(programId, externalId);
        refusal = (id, externalId, programId) switch
        {
            ("", "", _) => Answer.FieldFails(address.Message, address.Id, "required"),
            ("", _, "") => Answer.FieldFails(address.Message, address.ProgramId, "required"),
            _ => Answer.Missing("member", id.Length > 0 ? id : externalId),
        };
        Note(call, member);
        return member is not null;
    }

    /// <summary>Tells the call log whom the call was about.</summary>
    public static void Note(PassKitCall call, JsonObject? member)
    {
        if (member is null) return;
        call.MemberId = member.Text("id");
        call.ExternalId = member.Text("externalId") is { Length: > 0 } externalId ? externalId : null;
    }

    private void Happened(string passEvent, JsonObject member)
    {
        if (!happened.Contains((passEvent, member))) happened.Add((passEvent, member));
        if (LapsesAt(member) is { } at && at < NextLapse) NextLapse = at;
    }

    // Nobody calls when a pass lapses, so each that has is told of once, whenever somebody looks.
    private void FindLapses()
    {
        NextLapse = DateTimeOffset.MaxValue;
        foreach (var member in members.Values)
        {
            if (LapsesAt(member) is not { } at) continue;
            if (at > time.GetUtcNow())
            {
                if (at < NextLapse) NextLapse = at;
            }
            else if (member.Text(ToldLapse) != member.Text("expiryDate"))
            {
                member[ToldLapse] = member.Text("expiryDate");
                changed.Add(member.Text("id"));
                happened.Add((PassEvents.Invalidated, member));
            }
        }
    }

    private TimeSpan ExpiredFor(JsonObject member) => LapsesAt(member) is { } at ? time.GetUtcNow() - at : TimeSpan.MinValue;

    private DateTimeOffset? LapsesAt(JsonObject member) =>
        member.Text("expiryDate") is { Length: > 0 } date
        && RealExpiries.Contains(programs.Tier(member.Text("programId"), member.Text("tierId"))?["expirySettings"]?.AsObject().Text("expiryType"))
            ? ProtoJson.Moment(date)
            : null;

    private static (string Program, string ExternalId) Holding(JsonObject member) => (member.Text("programId"), member.Text("externalId"));
}
