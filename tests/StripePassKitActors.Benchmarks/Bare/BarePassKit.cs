using System.Text.Json;
using System.Text.Json.Nodes;
using Dapr.Client;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Bare;

/// <summary>PassKit through Dapr's HTTP binding, without any care for what it answers but success.</summary>
internal sealed class BarePassKit(DaprClient dapr)
{
    /// <summary>A long-lived token: nothing is signed.</summary>
    public const string Token = "token-of-the-bare-actor";

    private static readonly string ProgramId = TestSettings.Customers["PassKit:ProgramId"];

    /// <summary>Enrols, or reads as often as told and then updates. The member's id.</summary>
    public async Task<string> ShowAsync(string customer, string? memberId, long periodEnd, int calls)
    {
        var member = new JsonObject
        {
            ["programId"] = ProgramId,
            ["expiryDate"] = DateTimeOffset.FromUnixTimeSeconds(periodEnd).ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["metaData"] = new JsonObject { ["stripeCustomerId"] = customer },
        };
        if (memberId is null)
        {
            member["externalId"] = customer;
            member["tierId"] = "silver";
            return (string)(await CallAsync("post", "/members/member", member))["id"]!;
        }

        for (var read = 1; read < calls; read++) await CallAsync("get", $"/members/member/id/{memberId}", null);
        member["id"] = memberId;
        await CallAsync("put", "/members/member", member);
        return memberId;
    }

    private async Task<JsonNode> CallAsync(string verb, string path, JsonObject? message)
    {
        var request = new BindingRequest(DaprResources.PassKit, verb) { Data = message is null ? default : JsonSerializer.SerializeToUtf8Bytes(message) };
        request.Metadata["path"] = path;
        request.Metadata["Authorization"] = $"Bearer {Token}";
        var response = await dapr.InvokeBindingAsync(request);
        return response.Metadata["statusCode"] == "200"
            ? JsonNode.Parse(response.Data.Span)!
            : throw new InvalidOperationException($"PassKit answered {response.Metadata["statusCode"]} to {verb} {path}.");
    }
}
