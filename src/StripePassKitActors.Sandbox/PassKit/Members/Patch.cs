using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>
/// What a PUT does: fields that are missing *or zero* leave the record alone (so an empty text clears nothing), a map replaces the whole map.
/// </summary>
internal static class Patch
{
    // Who the member is cannot be changed; what the server or the device knows cannot be told.
    private static readonly string[] Settled =
        ["id", "externalId", "programId", "status", "passMetaData", "currentTierAwarded", "created", "updated", "operation", "expiryDate"];

    private static readonly string[] TellableStates = ["ACTIVE", "CHECKED_IN", "CHECKED_OUT"];

    public static void Member(JsonObject member, JsonObject change)
    {
        foreach (var (field, value) in change)
        {
            if (Settled.Contains(field) || ProtoJson.IsZero("Member", field, value)) continue;
            if (field is "person") Person(member, value!.AsObject());
            else member[field] = value!.DeepClone();
        }

        if (TellableStates.Contains(change.Text("status"))) member["status"] = change.Text("status");
        if (change["passMetaData"]?["utm"] is { } utm) (member["passMetaData"] ??= new JsonObject())["utm"] = utm.DeepClone();
    }

    public static void Person(JsonObject member, JsonObject change)
    {
        var person = (member["person"] ??= new JsonObject()).AsObject();
        foreach (var (field, value) in change)
            if (field is not "externalId" && !ProtoJson.IsZero("Person", field, value)) person[field] = value!.DeepClone();
    }
}
