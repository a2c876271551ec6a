using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>An answer that says no, in Stripe's shape.</summary>
internal sealed class StripeFault(int status, string type, string? code, string? param, string message) : Exception(message)
{
    public int Status => status;

    public string Type => type;

    public string? Code => code;

    public string? Param => param;

    /// <summary>Why the bank refused.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>The intent as the refusal left it.</summary>
    public JsonObject? PaymentIntent { get; init; }

    /// <summary>Whether what was done until then stays: a declined payment was tried all the same.</summary>
    public bool Keeps { get; init; }

    public static StripeFault Invalid(string message, string? param = null, string? code = null) => new(400, "invalid_request_error", code, param, message);

    public static StripeFault Missing(string kind, string id, string param) =>
        new(404, "invalid_request_error", "resource_missing", param, $"No such {kind}: '{id}'");

    public static StripeFault Absent(string param) => Invalid($"Missing required param: {param}.", param, "parameter_missing");

    public static StripeFault Declined(string code, string? declineCode, string message, JsonObject? intent = null) =>
        new(402, "card_error", code, null, message) { DeclineCode = declineCode, PaymentIntent = intent, Keeps = true };

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["type"] = type, ["message"] = Message };
        if (code is not null) error["code"] = code;
        if (param is not null) error["param"] = param;
        if (DeclineCode is not null) error["decline_code"] = DeclineCode;
        if (PaymentIntent is not null) error["payment_intent"] = PaymentIntent.DeepClone();
        return new JsonObject { ["error"] = error };
    }
}
