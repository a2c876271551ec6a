using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.Tests.State;

/// <summary>What is stored of a pass since its lapse, its points and its deletion are known; the text is never edited.</summary>
public sealed class StoredPassTests
{
    private const string Stored = """
        {
          "memberId": "0123456789abcdefABCDEF",
          "generation": 0,
          "state": "synced",
          "told": {
            "tier": "gold",
            "person": {},
            "expiry": "2026-12-27T12:00:00+00:00",
            "metadata": {},
            "points": { "field": "tierPoints", "amount": 500 }
          },
          "unconfirmed": false,
          "lapseSeen": "2026-12-27T12:00:00+00:00",
          "deletedAt": "2026-11-26T12:00:00+00:00",
          "attempts": 0,
          "unreported": false
        }
        """;

    private static readonly DateTimeOffset Expiry = new(2026, 12, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pass_reads_and_writes_when_it_was_seen_to_lapse_when_it_was_deleted_and_its_points()
    {
        var read = JsonSerializer.Deserialize($$"""{ "customerId": "cus_1", "pass": {{Stored}} }""", StateJson.CustomerState)!;

        Assert.Equal((Expiry, Expiry.AddDays(-31)), (read.Pass.LapseSeen, read.Pass.DeletedAt));
        Assert.Equal(new PassPoints(PointsField.TierPoints, 500), read.Pass.Told!.Points);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Stored), JsonSerializer.SerializeToNode(read, StateJson.CustomerState)!["pass"]));
    }

    [Fact]
    public void A_pass_of_which_none_of_it_is_known_writes_none_of_it()
    {
        var told = new PassContent { Tier = "gold", Person = Person.Unknown, Expiry = Expiry, Metadata = ImmutableSortedDictionary<string, string>.Empty };

        var written = JsonSerializer.Serialize(new CustomerState { CustomerId = "cus_1", Pass = new PassRecord { Told = told } }, StateJson.CustomerState);

        Assert.All(["lapseSeen", "deletedAt", "points"], name => Assert.DoesNotContain(name, written, StringComparison.OrdinalIgnoreCase));
    }
}
