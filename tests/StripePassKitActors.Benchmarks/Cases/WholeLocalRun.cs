using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stripe;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>
/// (h) A thousand customers with twenty events each through the local run in one go: the program as anybody starts it, on the ports that it
/// always has, so that its memory is its own. It ends when every customer and every card is what the events say.
/// </summary>
internal sealed class WholeLocalRun : IBenchmark
{
    private const int Customers = 1_000;
    private const int AtOnce = 32;
    private const int MostMegabytes = 500;

    private static readonly Uri Ingress = new("http://localhost:8080/webhooks/stripe");
    private static readonly Uri Cards = new("http://localhost:8083/sandbox/members");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string What => "A thousand customers with twenty events each through the local run.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var local = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "StripePassKitActors.Local.dll"), .. TestSettings.Customers.Select(setting => $"--{setting.Key}={setting.Value}")],
            folder: folder.Path);

        // A port may be taken by somebody who answers too: only what the program prints tells that it is this one.
        await local.ReadyAsync(_ => Task.FromResult(local.Log.Contains("Ctrl-C stops", StringComparison.Ordinal)), cancellationToken);

        Life[] lives = [.. Enumerable.Range(1, Customers).Select(number => new Life(number))];
        using var http = new HttpClient();
        var started = TimeProvider.System.GetTimestamp();
        await PostAsync(http, lives, cancellationToken);
        var acknowledged = TimeProvider.System.GetElapsedTime(started);
        var inspections = await InspectAsync(http, lives, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await CheckCardsAsync(http, lives, inspections, cancellationToken);

        return
        [
            new("(h) local run, 20,000 webhooks acknowledged, events/s", Customers * Life.Events / acknowledged.TotalSeconds, null, null),
            new("(h) local run, 20,000 events to their end, events/s", Customers * Life.Events / elapsed.TotalSeconds, null, null),
            new("(h) local run, peak resident memory, MB", PeakMegabytes(local), null, Aim.LessThan(MostMegabytes)),
        ];
    }

    /// <summary>Every customer's first event, then every customer's second.</summary>
    private static Task PostAsync(HttpClient http, Life[] lives, CancellationToken cancellationToken) => ForEachAsync(
        Enumerable.Range(0, Life.Events).SelectMany(turn => lives.Select(life => life.Told[turn].Json)),
        async (body, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Ingress) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add("Stripe-Signature", EventUtility.GenerateSignatureHeader(body, TestSettings.WebhookSecret, now));
            using var response = await http.SendAsync(request, token);
            response.EnsureSuccessStatusCode();
        },
        cancellationToken);

    /// <summary>Every customer's inspection, once it is right.</summary>
    private static async Task<Dictionary<string, JsonNode>> InspectAsync(HttpClient http, Life[] lives, CancellationToken cancellationToken)
    {
        var inspections = new Dictionary<string, JsonNode>();
        foreach (var life in lives)
        {
            inspections[life.Customer] = (await Eventually.Async(
                () => InspectAsync(http, life.Customer, cancellationToken),
                inspection => inspection is not null && life.Has(inspection),
                $"{life.Customer} is to have taken {Life.Events} events",
                Patience,
                cancellationToken))!;
        }

        return inspections;
    }

    private static async Task<JsonNode?> InspectAsync(HttpClient http, string customer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:8081/api/customers/{customer}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestSettings.OperatorKey);
        using var response = await http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken) : null;
    }

    private static async Task CheckCardsAsync(HttpClient http, Life[] lives, Dictionary<string, JsonNode> inspections, CancellationToken cancellationToken)
    {
        var cards = (await http.GetFromJsonAsync<JsonArray>(Cards, cancellationToken))!.ToDictionary(card => (string)card!["externalId"]!);
        if (cards.Count != lives.Length) throw new InvalidOperationException($"There are {cards.Count} cards of {lives.Length} customers.");
        foreach (var life in lives)
        {
            var card = cards.GetValueOrDefault(life.Customer);
            if (!life.Has(inspections[life.Customer], card))
                throw new InvalidOperationException($"The card of {life.Customer} is {card?.ToJsonString() ?? "missing"} beside {inspections[life.Customer].ToJsonString()}.");
        }
    }

    private static double PeakMegabytes(ChildProcess program)
    {
        using var process = Process.GetProcessById(program.Id);
        return process.PeakWorkingSet64 is > 0 and var peak
            ? peak / 1_000_000.0
            : throw new PlatformNotSupportedException("This system does not tell how much memory a program had at most.");
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, body);
}
