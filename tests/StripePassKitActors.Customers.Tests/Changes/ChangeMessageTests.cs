using System.Text.Json;
using Json.Schema;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Changes;

/// <summary>What goes over the wire is what <c>docs/customer-changes.schema.json</c> says.</summary>
public sealed class ChangeMessageTests
{
    private static readonly PassChange Full = new(7, PassChangeKind.Updated, PassKitWorld.Start, "gold", EntitlementStatus.Active, Facts.PeriodEnd, "member_1", Installed: true);

    private static readonly PassChange Empty = new(1, PassChangeKind.Revoked, PassKitWorld.Start, null, EntitlementStatus.Ended, null, null, null);

    public static TheoryData<PassChangeKind> Kinds => [.. Enum.GetValues<PassChangeKind>()];

    public static TheoryData<EntitlementStatus> Statuses => [.. Enum.GetValues<EntitlementStatus>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_change_is_as_the_schema_says(PassChangeKind kind)
    {
        IsValid(Full with { Kind = kind });
        IsValid(Empty with { Kind = kind });
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Every_status_is_as_the_schema_says(EntitlementStatus status) => IsValid(Full with { Status = status });

    [Fact]
    public void A_message_holds_this_and_nothing_else() => Assert.Equal(
        """{"customerId":"cus_1","version":7,"change":"updated","at":"2026-11-24T12:00:00Z","tier":"gold","status":"active","validUntil":"2026-12-24T12:00:00Z","pass":{"memberId":"member_1","url":"https://pub1.pskt.io/member_1"},"installed":true}""",
        Written(Full).GetRawText());

    [Fact]
    public void What_is_unknown_is_null_and_never_absent()
    {
        var json = Written(Empty);

        foreach (var name in new[] { "tier", "validUntil", "installed" }) Assert.Equal(JsonValueKind.Null, json.GetProperty(name).ValueKind);
        Assert.Equal("""{"memberId":null,"url":null}""", json.GetProperty("pass").GetRawText());
    }

    [Fact]
    public void The_envelope_names_the_customer_the_change_and_the_partition()
    {
        var attributes = ChangeMessage.Of("cus_1", Full, _ => null).Attributes();

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cloudevent.id"] = "cus_1-7-updated",
                ["cloudevent.type"] = "customer.pass.updated",
                ["cloudevent.subject"] = "cus_1",
                ["partitionKey"] = "cus_1",
            },
            attributes);
    }

    private static JsonElement Written(PassChange change) =>
        JsonDocument.Parse(ChangeMessage.Of("cus_1", change, new PassLink("https://api.pub1.passkit.io").Of).ToJson()).RootElement;

    private static void IsValid(PassChange change)
    {
        using var stream = typeof(ChangeMessageTests).Assembly.GetManifestResourceStream("customer-changes.schema.json")!;
        using var reader = new StreamReader(stream);
        var result = JsonSchema.FromText(reader.ReadToEnd()).Evaluate(Written(change), new EvaluationOptions { RequireFormatValidation = true, OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, JsonSerializer.Serialize(result));
    }
}
