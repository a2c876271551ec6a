using System.Text.Json.Nodes;
using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>
/// (f) How long after a webhook was posted a member's card is another, on the development sidecar: through the ingress, the topic, the
/// actor and the binding, until PassKit has answered the update. One change after the other.
/// </summary>
internal sealed class WebhookToCard : IBenchmark
{
    private const string Customer = "cus_ada";
    private const int WarmUps = 200;
    private const int Changes = 500;

    public string What => "From a webhook to the updated card, on the development sidecar.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var platform = new DevelopmentPlatform();
        await using var merchant = await Merchant.OpenAsync(platform, cancellationToken, customersSettings: Entrant.QuietStart);
        var times = new List<double>();
        for (var number = 0; number < WarmUps + Changes; number++)
        {
            merchant.PassKit.Calls.Clear();
            var renewal = StripeEvent.Subscription(Customer, "active", seconds: number, days: 30 + number);
            var started = TimeProvider.System.GetTimestamp();
            await merchant.StripeSaysAsync(renewal, cancellationToken);
            await merchant.PassKit.Calls.WaitForAsync(call => call is { Verb: "POST" or "PUT", Status: 200 }, cancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            Check(merchant, renewal);
        }

        var measured = times[WarmUps..];
        return
        [
            new("(f) webhook to card, development sidecar, p50, ms", measured.Median(), null, null),
            new("(f) webhook to card, development sidecar, p99, ms", measured.Percentile(0.99), null, Aim.LessThan(300)),
        ];
    }

    private static void Check(Merchant merchant, StripeEvent renewal)
    {
        var end = (long)JsonNode.Parse(renewal.Json)!["data"]!["object"]!["items"]!["data"]![0]!["current_period_end"]!;
        var shown = merchant.PassKit.Find(Customer)?.ExpiryDate?.ToUnixTimeSeconds();
        if (shown is null || shown < end) throw new InvalidOperationException($"The card lapses at {shown}, before the period that ends at {end}.");
    }
}
