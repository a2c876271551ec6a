using System.Collections.ObjectModel;
using System.Net.Mime;
using System.Security.Cryptography;
using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.PassKit;
using StripePassKitActors.Ingress.Webhooks;

namespace StripePassKitActors.Ingress.Publishing;

/// <summary>What is published for one webhook.</summary>
/// <param name="Topic">Where it goes.</param>
/// <param name="Body">The bytes that Stripe signed, untouched; of PassKit what is taken of them.</param>
/// <param name="ContentType"><c>application/json</c>, or <c>application/octet-stream</c> for a body that nobody understands.</param>
/// <param name="Metadata">CloudEvent attributes and the partition key, as the sidecar names them.</param>
public sealed record OutgoingEvent(string Topic, ReadOnlyMemory<byte> Body, string ContentType, ReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>An event whose envelope was read. Events of one customer share a partition; one without a customer has its own.</summary>
    public static OutgoingEvent Understood(ReadOnlyMemory<byte> body, StripeEnvelope envelope) => new(
        DaprResources.StripeEvents,
        body,
        MediaTypeNames.Application.Json,
        Attributes(envelope.Id, envelope.Type, envelope.Customer));

    /// <summary>
    /// A signed body that is no Stripe event. As JSON the sidecar would refuse or rewrite it, so it travels as bytes; its id is its
    /// hash, so that the same body is parked once.
    /// </summary>
    public static OutgoingEvent Unknown(ReadOnlyMemory<byte> body) => new(
        DaprResources.StripeEvents,
        body,
        MediaTypeNames.Application.Octet,
        Attributes($"unknown_{Hash(body)}", "unknown", customer: null));

    /// <summary>What PassKit's webhook names. It has no id of its own; what is sent again word by word has the same one here.</summary>
    internal static OutgoingEvent Hint(PassKitHint hint, ReadOnlyMemory<byte> body)
    {
        var member = hint.MemberId ?? hint.ExternalId!;
        var attributes = new Dictionary<string, string>
        {
            ["cloudevent.id"] = $"passkit_{Hash(body)}",
            ["cloudevent.type"] = $"io.passkit.{hint.Event?.ToLowerInvariant() ?? "unknown"}",
            ["cloudevent.source"] = PassKitWebhook.Path,
            ["cloudevent.subject"] = member,
            ["partitionKey"] = member,
        };
        return new OutgoingEvent(DaprResources.PassKitEvents, hint.ToJson(), MediaTypeNames.Application.Json, attributes.AsReadOnly());
    }

    private static string Hash(ReadOnlyMemory<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body.Span))[..32];

    private static ReadOnlyDictionary<string, string> Attributes(string id, string type, string? customer)
    {
        var attributes = new Dictionary<string, string>
        {
            ["cloudevent.id"] = id,
            ["cloudevent.type"] = $"com.stripe.{type}",
            ["cloudevent.source"] = StripeWebhook.Path,
            ["partitionKey"] = customer ?? id,
        };
        if (customer is not null) attributes["cloudevent.subject"] = customer;
        return attributes.AsReadOnly();
    }
}
