using System.Text.Json.Nodes;
using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>Customers with a subscription whose period end moves by a day with every event.</summary>
internal sealed class Members(int count)
{
    private int events;

    public string[] Ids { get; } = [.. Enumerable.Range(1, count).Select(number => $"cus_{number}")];

    /// <summary>The period end that the last event named, Unix seconds.</summary>
    public long PeriodEnd { get; private set; }

    /// <summary>The next events of every customer, one burst a customer.</summary>
    public Message[][] Renew(int eventsOfEach)
    {
        var first = events;
        events += eventsOfEach;
        PeriodEnd = (long)JsonNode.Parse(Event(Ids[0], events - 1).Json)!["data"]!["object"]!["items"]!["data"]![0]!["current_period_end"]!;
        return [.. Ids.Select(id => Enumerable.Range(first, eventsOfEach).Select(number => Message.Of(id, Event(id, number))).ToArray())];
    }

    private static StripeEvent Event(string id, int number) => StripeEvent.Subscription(id, "active", seconds: number, days: 30 + number);
}
