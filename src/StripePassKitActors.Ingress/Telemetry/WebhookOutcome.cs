namespace StripePassKitActors.Ingress.Telemetry;

/// <summary>What became of one request to a webhook; the tag <c>outcome</c> of the metrics.</summary>
public enum WebhookOutcome
{
    /// <summary>Published; answered 200.</summary>
    Published,

    /// <summary>Signed but no Stripe event; published as bytes to be parked; answered 200.</summary>
    Unknown,

    /// <summary>Of the other mode; not published; answered 200.</summary>
    RefusedLivemode,

    /// <summary>Of another account; not published; answered 200.</summary>
    RefusedAccount,

    /// <summary>Not signed by Stripe, or not now; answered 400.</summary>
    BadSignature,

    /// <summary>Cut off or malformed on its way; answered 4xx.</summary>
    Unreadable,

    /// <summary>Over the limit; answered 413.</summary>
    TooLarge,

    /// <summary>The broker does not have it; answered 503, Stripe will send it again.</summary>
    BrokerUnavailable,
}
