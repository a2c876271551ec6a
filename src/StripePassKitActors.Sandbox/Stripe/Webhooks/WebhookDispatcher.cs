using System.Text.Encodings.Web;
using System.Text.Json;
using StripePassKitActors.Sandbox.Send;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>Posts what is due to be delivered, several at a time.</summary>
internal sealed class WebhookDispatcher(StripeSandbox sandbox, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int AtATime = 8;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // To Stripe a redirection is a failure, and so is silence.
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = sandbox.Options.Patience };
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stoppingToken };
        try
        {
            // Not before the app listens: one whose port is taken must send nothing.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, lifetime.ApplicationStarted).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
            var due = sandbox.Outbox.ReadAllAsync(stoppingToken);
            await Parallel.ForEachAsync(due, options, async (delivery, stop) => await DeliverAsync(http, delivery, stop));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was under way is delivered again after the next start.
        }
    }

    private async Task DeliverAsync(HttpClient http, string delivery, CancellationToken stop)
    {
        if (sandbox.Prepare(delivery) is not { } outgoing) return;
        int? status = null;
        try
        {
            var (url, secret, told) = outgoing;
            var body = new OutgoingEvent(told.Text("id")!, told.Text("type")!, told.ToJsonString(Readable));
            status = await new EventSender(http, url, secret, sandbox.Time).PostAsync(body, stop);
        }
        catch (UnsendableException)
        {
            // Nobody answered.
        }

        sandbox.Answered(delivery, status);
    }
}
