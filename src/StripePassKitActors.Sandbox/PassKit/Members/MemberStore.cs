using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>
/// The members, and what the passing of time does to them. Not safe for several threads: <see cref="PassKitSandbox"/> lets one in
/// at a time.
/// </summary>
internal sealed class MemberStore
{
    private static readonly string[] RealExpiries = ["EXPIRE_ON_FIXED_DATE", "EXPIRE_AFTER_X_DAYS", "EXPIRE_ON_VARIABLE_DATE_TIME"];

    private readonly ProgramStore programs;
    private readonly PassIds ids;
    private readonly TimeProvider time;
    private readonly MemberFile? file;
    private readonly HashSet<string> changed = [];
    private readonly OrderedDictionary<string, JsonObject> members = [];

    // Every external id that is taken, and by whom: a member that was deleted may be gone and its id taken all the same.
    private readonly Dictionary<(string Program, string ExternalId), string> holders = [];

    /// <summary>Begins with the members that the file holds; null: none is kept.</summary>
    public MemberStore(ProgramStore programs, PassIds ids, TimeProvider time, MemberFile? file)
    {
        (this.programs, this.ids, this.time, this.file) = (programs, ids, time, file);
        foreach (var member in file?.Read() ?? [])
        {
            members.Add(member.Text("id"), member);
            if (member.Text("externalId").Length > 0) holders[Holding(member)] = member.Text("id");
        }
    }

    public bool FreesExternalIds { get; set; }

    public bool RevivesExpired { get; set; } = true;

    public IReadOnlyList<JsonObject> All => [.. members.Keys.ToList().Select(ById).OfType<JsonObject>()];

    /// <summary>The member, unless it expired so long ago that its record is deleted; that is found out here.</summary>
    public JsonObject? ById(string id)
    {
        if (!members.TryGetValue(id, out var member)) return null;
        if (ExpiredFor(member) < TimeSpan.FromDays(programs.DaysKeptAfterExpiry(member.Text("programId")))) return member;

        members.Remove(id);
        holders.Remove(Holding(member));
        changed.Add(id);
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
        return member;
    }

    public void Remove(JsonObject member)
    {
        members.Remove(member.Text("id"));
        changed.Add(member.Text("id"));
        if (FreesExternalIds) holders.Remove(Holding(member));
    }

    public void Touch(JsonObject member)
    {
        member["updated"] = ProtoJson.Moment(time.GetUtcNow());
        changed.Add(member.Text("id"));
    }

    /// <summary>Writes down what changed since it was last asked to.</summary>
    public void Save()
    {
        foreach (var id in changed)
        {
            if (members.TryGetValue(id, out var member)) file?.Save(member);
            else file?.Remove(id);
        }

        changed.Clear();
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

    private TimeSpan ExpiredFor(JsonObject member) =>
        member.Text("expiryDate") is { Length: > 0 } date
        && RealExpiries.Contains(programs.Tier(member.Text("programId"), member.Text("tierId"))?["expirySettings"]?.AsObject().Text("expiryType"))
            ? time.GetUtcNow() - ProtoJson.Moment(date)
            : TimeSpan.MinValue;

    private static (string Program, string ExternalId) Holding(JsonObject member) => (member.Text("programId"), member.Text("externalId"));
}
