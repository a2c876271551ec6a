using System.Collections.Immutable;
using System.Text;
using Stripe;
using StripePassKitActors.Benchmarks.Bare;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>(d) How soon the ingress answers a signed webhook, beside an endpoint that only publishes it. One request at a time, in turn.</summary>
internal sealed class Acknowledgements : IBenchmark
{
    private const int WarmUps = 500;
    private const int OfEach = 10_000;

    public string What => "The acknowledgement of a webhook, beside an endpoint that only publishes.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var ourPlatform = new DaprdPlatform(controlPlane);
        await using var barePlatform = new DaprdPlatform(controlPlane);
        await using var ours = await StartAsync(ourPlatform, args => Ingress.Program.BuildAsync(args), TestSettings.Ingress, cancellationToken);
        await using var bare = await StartAsync(barePlatform, BareIngress.BuildAsync, ImmutableDictionary<string, string>.Empty, cancellationToken);

        var (ourTimes, bareTimes) = (new List<double>(), new List<double>());
        for (var number = 0; number < WarmUps + OfEach; number++)
        {
            var body = StripeEvent.Charge("cus_ada", amount: 100, id: $"{number}").Json;
            ourTimes.Add(await PostAsync(ours.Client, "webhooks/stripe", body, signed: true, cancellationToken));
            bareTimes.Add(await PostAsync(bare.Client, BareIngress.Path, body, signed: false, cancellationToken));
        }

        await CheckAsync(ourPlatform, cancellationToken);
        await CheckAsync(barePlatform, cancellationToken);
        var (measured, beside) = (ourTimes[WarmUps..], bareTimes[WarmUps..]);
        return
        [
            new("(d) acknowledgement, p50, ms", measured.Median(), beside.Median(), Aim.AtMost(1.2)),
            new("(d) acknowledgement, p99, ms", measured.Percentile(0.99), beside.Percentile(0.99), null),
        ];
    }

    private static async Task<AppWithSidecar> StartAsync(
        DaprdPlatform platform, Func<string[], Task<WebApplication>> build, ImmutableDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        await platform.StartAsync(cancellationToken);
        var app = new AppWithSidecar(DaprResources.IngressAppId, platform, build, settings, new TestServiceOptions(build, build));
        await app.StartAsync(cancellationToken);
        return app;
    }

    /// <summary>Milliseconds until the answer.</summary>
    private static async Task<double> PostAsync(HttpClient client, string path, string body, bool signed, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signed)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add("Stripe-Signature", EventUtility.GenerateSignatureHeader(body, TestSettings.WebhookSecret, now));
        }

        var started = TimeProvider.System.GetTimestamp();
        using var response = await client.SendAsync(request, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        response.EnsureSuccessStatusCode();
        return elapsed.TotalMilliseconds;
    }

    private static async Task CheckAsync(DaprdPlatform platform, CancellationToken cancellationToken)
    {
        var published = await platform.Redis.LengthAsync(DaprResources.StripeEvents, cancellationToken);
        if (published != WarmUps + OfEach) throw new InvalidOperationException($"{published} of {WarmUps + OfEach} events were published.");
    }
}
