using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>The calls of PassKit's members API that a membership sync needs.</summary>
internal sealed class MemberCalls(MemberStore members, ProgramStore programs, PassIds ids, TimeProvider time)
{
    public Answer Enrol(PassKitCall call)
    {
        var (programId, tierId, externalId) = (call.Body.Text("programId"), call.Body.Text("tierId"), call.Body.Text("externalId"));
        call.MemberId = null; // given by the server, whatever the body says
        var refusal = Checks.Required("Member", call.Body, "programId", "tierId")
            ?? Writable(call.Body)
            ?? programs.Refuse(programId, tierId)
            ?? (externalId.Length > 0 && members.IsTaken(programId, externalId)
                ? Answer.Refuse(GrpcCode.AlreadyExists, $"member with externalId[{externalId}] already exists")
                : null);
        if (refusal is not null) return refusal;

        var member = new JsonObject { ["programId"] = programId, ["tierId"] = tierId, ["externalId"] = externalId };
        Patch.Member(member, call.Body);
        if (call.Body.Text("expiryDate") is { Length: > 0 } expiry) member["expiryDate"] = expiry;
        MemberStore.Note(call, members.Add(member));
        return Answer.Id(member.Text("id"));
    }

    public Answer ById(PassKitCall call) => Shown(call, members.ById(call.Path("memberId")), call.Path("memberId"));

    public Answer ByExternalId(PassKitCall call) =>
        Shown(call, members.ByExternalId(call.Path("programId"), call.Path("externalId")), call.Path("externalId"));

    public Answer Update(PassKitCall call)
    {
        if (Writable(call.Body) is { } invalid) return invalid;
        if (!members.TryFind(call, MemberAddress.Member, out var member, out var refusal)) return refusal;
        if (call.Body.Text("tierId") is { Length: > 0 } tierId && programs.Refuse(member.Text("programId"), tierId) is { } unknown) return unknown;

        // Whether the content can be written is decided by the pass as the call finds it, not by the date that the call brings.
        ChangeContent(member, () => Patch.Member(member, call.Body));
        if (call.Body.Text("expiryDate") is { Length: > 0 } expiry) members.SetExpiry(member, expiry);
        return Answer.Id(member.Text("id"));
    }

    public Answer ChangeTier(PassKitCall call)
    {
        if (Checks.Required("ChangeTierRequest", call.Body, "tierId") is { } invalid) return invalid;
        if (!members.TryFind(call, MemberAddress.Tier, out var member, out var refusal)) return refusal;
        if (programs.Refuse(member.Text("programId"), call.Body.Text("tierId")) is { } unknown) return unknown;

        var now = ProtoJson.Moment(time.GetUtcNow());
        ChangeContent(member, () =>
        {
            member["tierId"] = call.Body.Text("tierId");
            member["currentTierAwarded"] = now;
        });
        return Answer.Ok(ProtoJson.Populate("MemberEvent", new JsonObject
        {
            ["id"] = ids.Next(),
            ["member"] = new JsonObject(((string[])["id", "externalId", "tierId", "programId", "person"])
                .Select(field => KeyValuePair.Create(field, member[field]?.DeepClone()))),
            ["eventType"] = "EVENT_MEMBER_TIER_CHANGED",
            ["date"] = now,
            ["created"] = now,
        }));
    }

    public Answer UpdateExpiry(PassKitCall call)
    {
        if (Checks.Required("MemberExpiry", call.Body, "expiryDate") is { } invalid) return invalid;
        if (!members.TryFind(call, MemberAddress.Expiry, out var member, out var refusal)) return refusal;

        members.SetExpiry(member, call.Body.Text("expiryDate"));
        return Answer.Id(member.Text("id"));
    }

    public Answer PatchPerson(PassKitCall call)
    {
        var refusal = Checks.Required("PersonRequest", call.Body, "person") ?? Checks.Person(call.Body["person"]);
        if (refusal is not null) return refusal;
        if (!members.TryFind(call, MemberAddress.Person, out var member, out refusal)) return refusal;

        ChangeContent(member, () => Patch.Person(member, call.Body["person"]!.AsObject()));
        return Answer.Id(member.Text("id"));
    }

    public Answer SetPoints(PassKitCall call)
    {
        if (!members.TryFind(call, MemberAddress.Points, out var member, out var refusal)) return refusal;

        ChangeContent(member, () =>
        {
            foreach (var (field, reset) in new[] { ("points", "resetPoints"), ("secondaryPoints", "resetSecondaryPoints"), ("tierPoints", "resetTierPoints") })
            {
                if (call.Body[reset]?.GetValue<bool>() is true) member.Remove(field);
                if (!ProtoJson.IsZero("SetPointsRequest", field, call.Body[field])) member[field] = call.Body[field]!.DeepClone();
            }
        });
        return Answer.Ok(ProtoJson.Populate("MemberPoints", member));
    }

    public Answer Delete(PassKitCall call)
    {
        if (!members.TryFind(call, MemberAddress.Member, out var member, out var refusal)) return refusal;
        members.Remove(member);
        return Answer.Ok(new JsonObject());
    }

    private static Answer? Writable(JsonObject member) =>
        Checks.ServerAssigned("Member", member, "created", "updated")
        ?? Checks.Person(member["person"])
        // What it does is not known, so nobody should come to rely on what a sandbox makes of it.
        ?? (member.Text("operation") is "OPERATION_PUT" ? Answer.Invalid("The sandbox knows no OPERATION_PUT: what PassKit does with it is not known.") : null);

    // PassKit says both that an expired pass can be revived and that its content can no longer be updated. Whoever sends content
    // to an expired pass is told 200 and finds nothing changed, so that only the order that works under either reading works here.
    private void ChangeContent(JsonObject member, Action change)
    {
        if (members.IsExpired(member)) return;
        change();
        members.Touch(member);
    }

    private Answer Shown(PassKitCall call, JsonObject? member, string id)
    {
        MemberStore.Note(call, member);
        return member is null ? Answer.Missing("member", id) : Answer.Ok(members.Read(member));
    }
}
