namespace StripePassKitActors.Hosting;

/// <summary>
/// The names under which this service finds its Dapr resources. They are a contract with <c>components/</c> and with what is
/// already stored: renaming one is a migration, so none of them is a setting.
/// </summary>
public static class DaprResources
{
    /// <summary>App id of the public app that takes webhooks.</summary>
    public const string IngressAppId = "ingress";

    /// <summary>App id of the private app that hosts the actors. It is part of every state key (<c>appId||type||id||key</c>).</summary>
    public const string CustomersAppId = "customers";

    /// <summary>The pub/sub component between the two apps.</summary>
    public const string PubSub = "pubsub";

    /// <summary>The topic of Stripe events, one message an event.</summary>
    public const string StripeEvents = "stripe-events";

    /// <summary>Where the sidecar puts an event whose delivery failed longer than the inbound policy tries.</summary>
    public const string StripeEventsDead = "stripe-events-dead";

    /// <summary>The topic of PassKit's webhooks, one message a hint.</summary>
    public const string PassKitEvents = "passkit-events";

    /// <summary>The topic that tells other systems of changes of passes.</summary>
    public const string CustomerChanges = "customer-changes";

    /// <summary>The component that holds the actors' state, and beside it what the app keeps outside of actors.</summary>
    public const string StateStore = "statestore";

    /// <summary>The HTTP binding whose base URL is PassKit's region.</summary>
    public const string PassKit = "passkit";
}
