using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>A payment as Stripe really answered it: one subscription, its first invoice and the charge that paid it.</summary>
public sealed class RecordedPayment(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task A_recorded_payment_ends_in_a_pass_and_inspection_and_PassKit_agree(Sidecars sidecars)
    {
        var subscription = Recorded("subscription.active.json");
        var customer = (string)subscription["customer"]!;
        var item = subscription["items"]!["data"]![0]!;

        // It was recorded in the past: all its times move by as much as makes it begin now.
        var began = (long)subscription["created"]!;
        var moved = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - began;
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(
            platform, Cancelled, customersSettings: ($"Membership:Plans:{item["price"]!["id"]}", "gold"));
        foreach (var (type, recorded) in new[]
        {
            ("charge.succeeded", Recorded("charge.succeeded.json")),
            ("invoice.paid", Recorded("invoice.paid.subscription_create.json")),
            ("customer.subscription.created", subscription),
        })
        {
            Move(recorded, began, moved);
            await merchant.StripeSaysAsync(StripeEvent.Of($"evt_{type.Replace('.', '_')}", type, recorded), Cancelled);
        }

        var seen = await merchant.InspectAsync(
            customer, inspection => (string?)inspection["pass"]!["state"] == "synced" && inspection["spend"]!.AsArray().Count == 1, "the pass is issued and the charge counted", Cancelled);

        var member = merchant.PassKit.Find(customer)!;
        Assert.Equal(("gold", "active", (string?)seen!["pass"]!["memberId"]), (member.TierId, (string?)seen["status"], member.Id));
        Assert.Equal((string?)seen["status"], member.MetaData["status"]);
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds((long)item["current_period_end"]!)).UtcDateTime, ((DateTimeOffset)seen["validUntil"]!).UtcDateTime);
        Assert.Equal(((DateTimeOffset)seen["validUntil"]!).AddDays(3).UtcDateTime, member.ExpiryDate!.Value.UtcDateTime);
        var charge = Recorded("charge.succeeded.json");
        Assert.Equal((long)charge["amount_captured"]!, (long)seen["spend"]![0]!["amount"]!);
        Assert.Equal((string?)charge["currency"], (string?)seen["spend"]![0]!["currency"]);
    }

    private static JsonObject Recorded(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RecordedStripe, "pay-rails-pay", file)))!.AsObject();

    private static void Move(JsonNode node, long began, long moved)
    {
        var children = node is JsonObject o ? o.Select(pair => pair.Value).ToList() : node is JsonArray array ? [.. array] : [];
        foreach (var child in children)
        {
            if (child is JsonValue number && number.TryGetValue<long>(out var time) && time >= began - 100_000_000 && time < began + 100_000_000)
                number.ReplaceWith(time + moved);
            else if (child is not null) Move(child, began, moved);
        }
    }
}
