using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Programs;

/// <summary>Programs and their tiers. Not safe for several threads: <see cref="PassKitSandbox"/> lets one in at a time.</summary>
internal sealed class ProgramStore(PassIds ids, TimeProvider time)
{
    private readonly Dictionary<string, JsonObject> programs = [];
    private readonly Dictionary<(string Program, string Tier), JsonObject> tiers = [];

    public JsonObject? Tier(string programId, string tierId) => tiers.GetValueOrDefault((programId, tierId));

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

    public Answer Program(PassKitCall call) => programs.TryGetValue(call.Path("programId"), out var program)
        ? Answer.Ok(ProtoJson.Populate("Program", program))
        : Answer.Missing("program", call.Path("programId"));

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

    private JsonObject Stamped(JsonObject message, string id)
    {
        var stamped = message.DeepClone().AsObject();
        stamped["id"] = id;
        var now = ProtoJson.Moment(time.GetUtcNow());
        foreach (var field in (string[])["created", "updated"]) stamped[field] = now;
        return stamped;
    }
}
