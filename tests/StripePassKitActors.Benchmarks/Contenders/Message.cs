using System.Text;
using System.Text.Json.Nodes;
using Dapr.Client;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>One event of one customer, as the ingress would publish it.</summary>
/// <param name="Customer">Whose it is.</param>
/// <param name="Body">The event.</param>
/// <param name="Metadata">What the ingress says of it.</param>
internal sealed record Message(string Customer, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Metadata)
{
    public static Message Of(string customer, StripeEvent said)
    {
        var json = JsonNode.Parse(said.Json)!;
        return new Message(customer, Encoding.UTF8.GetBytes(said.Json), new Dictionary<string, string>
        {
            ["cloudevent.id"] = (string)json["id"]!,
            ["cloudevent.type"] = $"com.stripe.{json["type"]}",
            ["cloudevent.source"] = "/webhooks/stripe",
            ["cloudevent.subject"] = customer,
            ["partitionKey"] = customer,
        });
    }

    public Task PublishAsync(DaprClient dapr, CancellationToken cancellationToken) => dapr.PublishByteEventAsync(
        DaprResources.PubSub, DaprResources.StripeEvents, Body, "application/json", new Dictionary<string, string>(Metadata), cancellationToken);
}
