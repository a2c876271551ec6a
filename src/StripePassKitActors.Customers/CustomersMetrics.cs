using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers;

/// <summary>What the app counts, on the meter <c>StripePassKitActors.Customers</c>, and its traces.</summary>
public sealed class CustomersMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "StripePassKitActors.Customers";

    private readonly Counter<long> events;
    private readonly Counter<long> parked;
    private readonly Counter<long> ties;
    private readonly Counter<long> unmapped;
    private readonly Counter<long> unknownDisputes;
    private readonly Counter<long> told;
    private readonly Counter<long> calls;
    private readonly Counter<long> reads;
    private readonly Counter<long> syncs;
    private readonly Counter<long> writtenBack;
    private readonly Counter<long> changes;
    private readonly Counter<long> hints;
    private readonly Counter<long> turnsFailed;
    private readonly Histogram<double> turns;

    /// <summary>Makes the instruments.</summary>
    public CustomersMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        events = meter.CreateCounter<long>("customers.events", "{event}", "Events by outcome.");
        parked = meter.CreateCounter<long>("customers.parked", "{event}", "Events parked as dead letters.");
        ties = meter.CreateCounter<long>("customers.ties", "{fact}", "Facts of the same second whose order rule F4 chose.");
        unmapped = meter.CreateCounter<long>("customers.unmapped", "{subscription}", "Changes of subscriptions none of whose prices maps to a tier.");
        unknownDisputes = meter.CreateCounter<long>("customers.disputes.unknown", "{dispute}", "Disputes that came into a status which this version does not know.");
        told = meter.CreateCounter<long>("customers.catalogue.told", "{customer}", "Customers told that a price or a product which they hold changed.");
        calls = meter.CreateCounter<long>("customers.passkit.calls", "{call}", "Calls to PassKit by verb and status.");
        reads = meter.CreateCounter<long>("customers.stripe.calls", "{call}", "Calls to Stripe by endpoint and status.");
        syncs = meter.CreateCounter<long>("customers.syncs", "{sync}", "Syncs by result.");
        writtenBack = meter.CreateCounter<long>("customers.stripe.metadata", "{attempt}", "Attempts to write back to Stripe by result.");
        changes = meter.CreateCounter<long>("customers.changes", "{change}", "Changes of passes that the broker took, by kind.");
        hints = meter.CreateCounter<long>("customers.hints", "{hint}", "Hints of PassKit's by what became of them.");
        turnsFailed = meter.CreateCounter<long>("customers.turns.failed", "{turn}", "Turns that saved nothing.");
        turns = meter.CreateHistogram<double>("customers.turn", "s", "Duration of a turn.");
        meter.CreateObservableGauge("customers.passkit.setup_refused", () => SetUpRefused ? 1 : 0, description: "1 while PassKit refuses the set-up.");
    }

    /// <summary>The source of this app's activities.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    internal bool SetUpRefused { get; set; }

    internal void EventTaken(string type, Outcome outcome) =>
        events.Add(1, new("type", type), new("outcome", outcome.ToString().ToLowerInvariant()));

    internal void EventIrrelevant(string type) => events.Add(1, new("type", type), new("outcome", "irrelevant"));

    internal void EventPassedOn(string type) => events.Add(1, new("type", type), new("outcome", "passed_on"));

    internal void EventParked() => parked.Add(1);

    internal void Tied(int count) => ties.Add(count);

    internal void SubscriptionUnmapped() => unmapped.Add(1);

    internal void DisputeUnknown() => unknownDisputes.Add(1);

    internal void CatalogueTold(string kind) => told.Add(1, new KeyValuePair<string, object?>("kind", kind));

    internal void PassKitCalled(HttpMethod method, HttpStatusCode? status) =>
        calls.Add(1, new("method", method.Method), new("status", Text(status)));

    internal void StripeCalled(string endpoint, HttpStatusCode? status) =>
        reads.Add(1, new("endpoint", endpoint), new("status", Text(status)));

    internal void PassSynced(string result) => syncs.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void WrittenBack(string result) => writtenBack.Add(1, new KeyValuePair<string, object?>("result", result));
    internal void ChangePublished(PassChangeKind kind) => changes.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()));

    internal void HintTaken(string outcome) => hints.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void TurnEnded(TimeSpan duration) => turns.Record(duration.TotalSeconds);

    internal void TurnFailed() => turnsFailed.Add(1);

    private static string Text(HttpStatusCode? status) => status is { } code ? ((int)code).ToString(CultureInfo.InvariantCulture) : "none";
}
