using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>Sends webhooks, several at a time, and again when nobody took them.</summary>
internal sealed class SinkDispatcher(PassKitSandbox sandbox) : BackgroundService
{
    /// <summary>How long after each attempt that failed the next is made. What PassKit does is not known.</summary>
    public static readonly IReadOnlyList<TimeSpan> Retries = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    private const int AtATime = 8;
    private const string Garbage = "<html><body>Bad Gateway</body></html>";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = sandbox.Options.Patience };
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stoppingToken };
        try
        {
            await Parallel.ForEachAsync(sandbox.Outbox.Reader.ReadAllAsync(stoppingToken), options, async (due, stop) => await DeliverAsync(http, due, stop));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was under way is lost: members are kept in a file, webhooks are not.
        }
    }

    private async Task DeliverAsync(HttpClient http, OutgoingWebhook due, CancellationToken stop)
    {
        var verb = PassEvents.Verb(due.Event);
        var fault = sandbox.Faults.TakeForWebhook(verb, due.Url.ToString(), due.Event);
        if (fault is { Kind: FaultKind.Lose })
        {
            sandbox.Deliveries.Update(due.Number, entry => entry with { State = DeliveryState.Lost });
            return;
        }

        var body = fault is { Kind: FaultKind.Garbage } ? Garbage : due.Body;
        var status = await SendAsync(http, verb, due, body, stop);
        if (fault is { Kind: FaultKind.Repeat }) status = await SendAsync(http, verb, due, body, stop);

        var state = status is >= 200 and < 300 ? DeliveryState.Delivered : due.Failed < Retries.Count ? DeliveryState.Waiting : DeliveryState.GivenUp;
        // The wait begins before the log tells of it, so that who waits for the log may then move the clock.
        if (state is DeliveryState.Waiting) _ = AgainAsync(due with { Failed = due.Failed + 1 }, Retries[due.Failed], stop);
        sandbox.Deliveries.Update(due.Number, entry => entry with { State = state, Status = status });
    }

    private async Task<int?> SendAsync(HttpClient http, string verb, OutgoingWebhook due, string body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(verb), due.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json),
        };

        // The likeliest of the forms that are told of; none was ever verified.
        request.Headers.Add("x-passkit-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(due.Secret), Encoding.UTF8.GetBytes(body))));
        sandbox.Deliveries.Update(due.Number, entry => entry with { Attempts = entry.Attempts + 1 });
        try
        {
            using var response = await http.SendAsync(request, stop);
            return (int)response.StatusCode;
        }
        catch (Exception silence) when (silence is HttpRequestException || (silence is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task AgainAsync(OutgoingWebhook due, TimeSpan wait, CancellationToken stop)
    {
        try
        {
            await Task.Delay(wait, sandbox.Time, stop);
            sandbox.Deliveries.Update(due.Number, entry => entry with { State = DeliveryState.UnderWay });
            sandbox.Outbox.Writer.TryWrite(due);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody is left to send it.
        }
    }
}
