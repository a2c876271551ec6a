using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Telemetry;

/// <summary>The app's meter and activity source, both named <see cref="Name"/>.</summary>
public sealed class IngressMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "StripePassKitActors.Ingress";

    private readonly Counter<long> received;
    private readonly Histogram<double> acknowledgement;
    private readonly Counter<long> hints;
    private readonly Counter<long> passes;

    /// <summary>Creates the instruments.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The factory owns the meter and disposes it.")]
    public IngressMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        received = meter.CreateCounter<long>("ingress.stripe.webhooks", "{request}", "Requests to the Stripe webhook, by outcome.");
        acknowledgement = meter.CreateHistogram<double>(
            "ingress.stripe.acknowledgement.duration", "s", "From the first byte of a Stripe webhook to its answer, by outcome.");
        hints = meter.CreateCounter<long>("ingress.passkit.webhooks", "{request}", "Requests to PassKit's webhook with the right token, by outcome.");
        passes = meter.CreateCounter<long>("ingress.checkout.passes", "{answer}", "Answers to whoever looks for the pass of a checkout, by state.");
    }

    /// <summary>Starts the activities of this app.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>One request was answered.</summary>
    public void Answered(WebhookOutcome outcome, TimeSpan elapsed)
    {
        var tag = KeyValuePair.Create("outcome", (object?)Tag(outcome));
        received.Add(1, tag);
        acknowledgement.Record(elapsed.TotalSeconds, tag);
    }

    /// <summary>One request of PassKit was answered.</summary>
    public void PassKitAnswered(WebhookOutcome outcome) => hints.Add(1, KeyValuePair.Create("outcome", (object?)Tag(outcome)));

    /// <summary>Somebody was told how the pass of a checkout stands.</summary>
    public void CheckoutAnswered(CheckoutState state) => passes.Add(1, KeyValuePair.Create("state", (object?)state.ToString().ToLowerInvariant()));

    private static string Tag(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Published => "published",
        WebhookOutcome.Unknown => "unknown",
        WebhookOutcome.RefusedLivemode => "refused_livemode",
        WebhookOutcome.RefusedAccount => "refused_account",
        WebhookOutcome.BadSignature => "bad_signature",
        WebhookOutcome.Unreadable => "unreadable",
        WebhookOutcome.TooLarge => "too_large",
        WebhookOutcome.BrokerUnavailable => "broker_unavailable",
        _ => throw new UnreachableException(),
    };
}

/// <summary>Registers the metrics.</summary>
public static class IngressMetricsServices
{
    /// <summary>Adds <see cref="IngressMetrics"/>.</summary>
    public static IServiceCollection AddIngressMetrics(this IServiceCollection services) => services.AddSingleton<IngressMetrics>();
}
