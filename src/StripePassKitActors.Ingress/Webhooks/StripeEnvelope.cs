using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>
/// What the ingress reads of an event, in every API version alike. The rest is for the customers app: parsing a whole event costs
/// twenty times as much, and fails for events that somebody may still want to see.
/// </summary>
/// <param name="Id">Event id, <c>evt_…</c>.</param>
/// <param name="Type">Event type, for example <c>charge.succeeded</c>.</param>
/// <param name="Livemode">True for live events.</param>
/// <param name="Account">The connected account it comes from, <c>acct_…</c>; null for the account's own.</param>
/// <param name="Customer">Whom it is about, <c>cus_…</c>; null when the payload does not say.</param>
public sealed record StripeEnvelope(string Id, string Type, bool Livemode, string? Account, string? Customer)
{
    private const int MaxIdLength = 255; // Stripe's own
    private const int MaxDepth = 40; // four times as deep as Stripe goes; envelopes on the way add some, and readers stop at 64

    // Of two equal keys one is lost on the way through the broker, and nothing says which one is meant.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>Reads <paramref name="body"/>; false when it is no snapshot event that this service could understand.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out StripeEnvelope? envelope)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            envelope = Read(document.RootElement);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair, which is JSON but no text.
            envelope = null;
        }

        return envelope is not null;
    }

    private static StripeEnvelope? Read(JsonElement root)
    {
        if (Text(root, "object") is "v2.core.event") return null; // thin: it says where to look, not what happened
        if (Text(root, "id") is not { } id || !IsId(id) || Text(root, "type") is not { } type) return null;
        if (Member(root, "livemode") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } livemode) return null;

        var customer = CustomerOf(Member(Member(root, "data"), "object"));
        return new StripeEnvelope(id, type, livemode.GetBoolean(), Text(root, "account"), customer);
    }

    // It becomes part of keys and addresses.
    private static bool IsId(string text) => text.Length <= MaxIdLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static string? CustomerOf(JsonElement? subject) => Text(subject, "object") is "customer"
        ? Text(subject, "id")
        : Reference(subject, "customer") ?? Reference(subject, "customer_account");

    /// <summary>An id, or the id of the expanded object in its place.</summary>
    private static string? Reference(JsonElement? element, string name) => Text(element, name) ?? Text(Member(element, name), "id");

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;
}
