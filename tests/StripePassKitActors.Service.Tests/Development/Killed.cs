using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Stripe;
using StripePassKitActors.Hosting;
using StripePassKitActors.Local;
using StripePassKitActors.Service.Tests.Harness;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>The local run as the program that people start, on the ports that it always has, killed while events arrive.</summary>
public sealed class Killed
{
    private const int Customers = 10;
    private const int Charges = 20;

    private static readonly Uri Webhook = new($"{Ports.Url(Ports.Usual.Ingress)}/webhooks/stripe");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_was_acknowledged_before_it_was_killed_is_counted_once_when_it_is_back()
    {
        try
        {
            Ports.Usual.Require();
        }
        catch (StartUpException taken)
        {
            Tools.Missing(taken.Message);
        }

        using var folder = new TemporaryFolder();
        var waiting = new ConcurrentQueue<StripeEvent>(
            from number in Enumerable.Range(0, Charges)
            from customer in Enumerable.Range(0, Customers)
            select StripeEvent.Charge($"cus_{customer}", 100, $"{number}"));

        foreach (var acknowledged in (int[])[40, 80, int.MaxValue])
        {
            await using var local = await StartAsync(folder);
            await DeliverAsync(waiting, acknowledged, () => local.DisposeAsync());
            if (acknowledged < int.MaxValue) continue;
            while (!waiting.IsEmpty) await DeliverAsync(waiting, acknowledged, () => local.DisposeAsync());

            foreach (var customer in Enumerable.Range(0, Customers))
                await Eventually.Async(() => SpentAsync($"cus_{customer}"), spent => spent == 100 * Charges, "every charge is counted, and once", cancellationToken: Cancelled);
        }
    }

    private static async Task<ChildProcess> StartAsync(TemporaryFolder folder)
    {
        var local = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "StripePassKitActors.Local.dll")], folder: folder.Path);
        await local.ReadyAsync(_ => Task.FromResult(local.Log.Contains("Ctrl-C stops", StringComparison.Ordinal)), Cancelled);
        return local;
    }

    /// <summary>As Stripe does: eight at a time, and what was not answered with success waits for its next delivery.</summary>
    private static async Task DeliverAsync(ConcurrentQueue<StripeEvent> waiting, int most, Func<ValueTask> kill)
    {
        var (taken, killed) = (0, 0);
        List<StripeEvent> events = [.. waiting];
        waiting.Clear();
        await Parallel.ForEachAsync(events, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled }, async (said, token) =>
        {
            if (!await TryAsync(said.Json, token)) waiting.Enqueue(said);
            else if (Interlocked.Increment(ref taken) >= most && Interlocked.Exchange(ref killed, 1) == 0) await kill();
        });
    }

    private static async Task<bool> TryAsync(string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Webhook) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Stripe-Signature", EventUtility.GenerateSignatureHeader(body, "whsec_local", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            using var response = await Http.Client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException || (unanswered is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<long> SpentAsync(string customer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Ports.Url(Ports.Usual.Customers)}/api/customers/{customer}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", LocalSettings.OperatorKey);
        using var response = await Http.Client.SendAsync(request, Cancelled);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["spend"]!.AsArray().Sum(row => (long)row!["amount"]!)
            : 0;
    }
}
