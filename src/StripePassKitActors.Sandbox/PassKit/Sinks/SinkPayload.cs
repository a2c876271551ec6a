using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>
/// What a webhook says. It is not proto JSON: enums are numbers, moments <c>{seconds, nanos}</c>, what is zero is left out, and
/// <c>recordData</c> holds texts only.
/// </summary>
internal static class SinkPayload
{
    /// <param name="passEvent">PassKit's <c>PassEventId</c>.</param>
    /// <param name="member">The member as a GET shows it.</param>
    /// <param name="tierName">What its tier is called.</param>
    public static JsonObject Of(string passEvent, JsonObject member, string tierName)
    {
        var pass = new JsonObject
        {
            ["id"] = member.Text("id"),
            ["classId"] = member.Text("programId"),
            ["protocol"] = "MEMBERSHIP",
            ["personDetails"] = member["person"]?.DeepClone(),
            ["metadata"] = member["passMetaData"]?.DeepClone(),
            ["recordData"] = RecordData(member, tierName),
            ["externalId"] = member.Text("externalId"),
        };
        return new JsonObject { ["event"] = passEvent, ["pass"] = Encode("Pass", pass) };
    }

    private static JsonObject RecordData(JsonObject member, string tierName)
    {
        var (person, pass) = (member["person"] as JsonObject ?? [], member["passMetaData"]!.AsObject());
        return new JsonObject
        {
            ["members.member.id"] = member.Text("id"),
            ["members.member.externalId"] = member.Text("externalId"),
            ["members.member.points"] = Points("points"),
            ["members.member.secondaryPoints"] = Points("secondaryPoints"),
            ["members.member.status"] = member.Text("status"),
            ["members.member.tierPoints"] = member["tierPoints"]!.ToJsonString(),
            ["members.tier.id"] = member.Text("tierId"),
            ["members.tier.name"] = tierName,
            ["members.program.id"] = member.Text("programId"),
            ["person.displayName"] = person.Text("displayName"),
            ["person.emailAddress"] = person.Text("emailAddress"),
            ["person.mobileNumber"] = person.Text("mobileNumber"),
            ["universal.status"] = pass.Text("status"),
            ["universal.installDeviceAttributes"] = string.Join(',', pass["installDeviceAttributes"]!.AsArray().Select(one => one!.GetValue<string>())),
        };

        string Points(string field) =>
            double.Parse(member[field]!.ToJsonString(), CultureInfo.InvariantCulture).ToString("F6", CultureInfo.InvariantCulture);
    }

    private static JsonObject Encode(string message, JsonObject read) => new(
        from field in ProtoSchema.Fields(message)
        let value = read[field.Key]
        where !ProtoJson.IsZero(message, field.Key, value)
        select KeyValuePair.Create<string, JsonNode?>(field.Key, Encode(field.Value, value!)));

    private static JsonNode Encode(ProtoType type, JsonNode value) => type switch
    {
        ProtoType.Choice choice => choice.Values[value.GetValue<string>()],
        ProtoType.Moment => Moment(ProtoJson.Moment(value.GetValue<string>())),
        ProtoType.Message message => Encode(message.Name, value.AsObject()),
        ProtoType.Many many => new JsonArray([.. value.AsArray().Select(one => Encode(many.Of, one!))]),
        _ => value.DeepClone(),
    };

    private static JsonObject Moment(DateTimeOffset moment)
    {
        var nanos = moment.UtcTicks % TimeSpan.TicksPerSecond * 100;
        var encoded = new JsonObject { ["seconds"] = moment.ToUnixTimeSeconds() };
        if (nanos != 0) encoded["nanos"] = nanos;
        return encoded;
    }
}
