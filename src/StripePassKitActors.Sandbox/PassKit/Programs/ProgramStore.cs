using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Programs;

/// <summary>Programs and their tiers. Not safe for several threads: <see cref="PassKitSandbox"/> lets one in at a time.</summary>
internal sealed class ProgramStore(PassIds ids, TimeProvider time)
{
    private readonly Dictionary<string, JsonObject> programs = [];
    private readonly Dictionary<(string Program, string Tier), JsonObject> tiers = [];

    /// <summary>Is told when passes may lapse otherwise than before.</summary>
    public Action? TiersChanged { get; set; }

    public bool Knows(string programId) => programs.ContainsKey(programId);

    public bool Has(string programId, string status) =>
        programs.GetValueOrDefault(programId)?["status"] is JsonArray known && known.Any(one => one!.GetValue<string>() == status);

    public JsonObject? Tier(string programId, string tierId) => tiers.GetValueOrDefault((programId, tierId));

    /// <summary>The tiers of a program, lowest first.</summary>
    public IReadOnlyList<string> TierIds(string programId) =>
        [.. tiers.Where(tier => tier.Key.Program == programId).OrderBy(tier => tier.Value["tierIndex"]!.GetValue<int>()).Select(tier => tier.Key.Tier)];

    /// <summary>One more than the highest in the program; PassKit takes 0 for "not given".</summary>
    public int NextTierIndex(string programId) =>
        1 + tiers.Where(tier => tier.Key.Program == programId).Max(tier => (int?)tier.Value["tierIndex"]!.GetValue<int>()).GetValueOrDefault();

    /// <summary>Days after which an expired record is deleted: 90, unless the program says otherwise.</summary>
    public int DaysKeptAfterExpiry(string programId) =>
        programs.GetValueOrDefault(programId)?["autoDeleteDaysAfterExpiry"]?.GetValue<int>() is > 0 and var days ? days : 90;

    /// <summary>Null when both exist.</summary>
    public Answer? Refuse(string programId, string tierId) =>
        !programs.ContainsKey(programId) ? Answer.Missing("program", programId)
        : Tier(programId, tierId) is null ? Answer.Missing("tier", tierId)
        : null;

    /// <summary>The program as a GET shows it.</summary>
    public JsonObject? Shown(string programId) =>
        programs.TryGetValue(programId, out var program) ? ProtoJson.Populate("Program", program) : null;

    public Answer Program(PassKitCall call) =>
        Shown(call.Path("programId")) is { } program ? Answer.Ok(program) : Answer.Missing("program", call.Path("programId"));

    public Answer Tier(PassKitCall call) =>
        Refuse(call.Path("programId"), call.Path("tierId"))
        ?? Answer.Ok(ProtoJson.Populate("Tier", Tier(call.Path("programId"), call.Path("tierId"))!));

    public Answer CreateProgram(PassKitCall call) =>
        Checks.Required("Program", call.Body, "name") ?? Checks.ServerAssigned("Program", call.Body, "created", "updated")
        ?? AddProgram(ids.Next(), call.Body);

    public Answer CreateTier(PassKitCall call) =>
        Checks.Required("Tier", call.Body, "id", "tierIndex", "name", "programId", "passTemplateId", "timezone")
        ?? Checks.ServerAssigned("Tier", call.Body, "created", "updated")
        ?? (programs.ContainsKey(call.Body.Text("programId")) ? AddTier(call.Body) : Answer.Missing("program", call.Body.Text("programId")));

    public Answer UpdateProgram(PassKitCall call) =>
        Checks.Required("Program", call.Body, "id", "name") ?? Checks.ServerAssigned("Program", call.Body, "created", "updated")
        ?? ChangeProgram(call.Body.Text("id"), call.Body);

    /// <summary>Writes what is said and not zero over what is known.</summary>
    public Answer ChangeProgram(string id, JsonObject change)
    {
        if (!programs.TryGetValue(id, out var program)) return Answer.Missing("program", id);
        Merge("Program", program, change);
        return Answer.Ok(Shown(id)!);
    }

    public Answer UpdateTier(PassKitCall call)
    {
        var (programId, id) = (call.Body.Text("programId"), call.Body.Text("id"));
        var refusal = Checks.Required("Tier", call.Body, "id", "tierIndex", "name", "programId", "passTemplateId", "timezone")
            ?? Checks.ServerAssigned("Tier", call.Body, "created", "updated")
            ?? Refuse(programId, id);
        if (refusal is not null) return refusal;
        var tier = Tier(programId, id)!;
        if (tiers.Any(known => known.Key.Program == programId && known.Value != tier && JsonNode.DeepEquals(known.Value["tierIndex"], call.Body["tierIndex"])))
            return Answer.Refuse(GrpcCode.AlreadyExists, $"a tier with tierIndex[{call.Body["tierIndex"]}] already exists");

        ChangeTier(tier, call.Body);
        return Answer.Ok(ProtoJson.Populate("Tier", tier));
    }

    public void ChangeTier(JsonObject tier, JsonObject change)
    {
        Merge("Tier", tier, change);
        TiersChanged?.Invoke();
    }

    public Answer AddProgram(string id, JsonObject program)
    {
        programs[id] = Stamped(program, id);
        return Answer.Id(id);
    }

    public Answer AddTier(JsonObject tier)
    {
        var key = (tier.Text("programId"), tier.Text("id"));
        var index = tier["tierIndex"]!.GetValue<int>();
        if (tiers.ContainsKey(key) || tiers.Any(known => known.Key.Program == key.Item1 && known.Value["tierIndex"]!.GetValue<int>() == index))
            return Answer.Refuse(GrpcCode.AlreadyExists, $"a tier with id[{key.Item2}] or tierIndex[{index}] already exists");

        tiers[key] = Stamped(tier, key.Item2);
        return Answer.Id(key.Item2);
    }

    private void Merge(string message, JsonObject known, JsonObject change)
    {
        foreach (var (field, value) in change)
            if (field is not "id" && !ProtoJson.IsZero(message, field, value)) known[field] = value!.DeepClone();
        known["updated"] = ProtoJson.Moment(time.GetUtcNow());
    }

    private JsonObject Stamped(JsonObject message, string id)
    {
        var stamped = message.DeepClone().AsObject();
        stamped["id"] = id;
        var now = ProtoJson.Moment(time.GetUtcNow());
        foreach (var field in (string[])["created", "updated"]) stamped[field] = now;
        return stamped;
    }
}
