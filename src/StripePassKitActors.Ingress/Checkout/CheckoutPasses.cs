using System.Text.Json;
using Microsoft.Extensions.Options;
using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.Telemetry;
using StripePassKitActors.Ingress.Webhooks;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>Asks customers, through the sidecar, for the pass of a checkout.</summary>
internal sealed partial class CheckoutPasses(
    IHttpClientFactory clients, IOptions<StripeWebhookOptions> stripe, IngressMetrics metrics, TimeProvider time, ILogger<CheckoutPasses> logger)
{
    /// <summary>A turn takes five seconds at most, and may wait for another.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>How it stands; <see cref="CheckoutState.Waiting"/> where customers does not answer.</summary>
    public async Task<BoughtPass> AskAsync(SessionId session, CancellationToken cancellationToken)
    {
        var pass = session.Livemode == stripe.Value.Livemode ? await InvokeAsync(session, cancellationToken) : BoughtPass.Of(CheckoutState.Unknown);
        metrics.CheckoutAnswered(pass.State);
        return pass;
    }

    private async Task<BoughtPass> InvokeAsync(SessionId session, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var sidecar = clients.CreateClient(SidecarServices.HttpClientName);
            using var answer = await sidecar.PostAsJsonAsync(
                $"v1.0/invoke/{DaprResources.CustomersAppId}/method/{BoughtPass.Route}", new CheckoutQuestion(session.Value), either.Token);
            if (answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync<BoughtPass>(either.Token) is { } pass) return pass;
            LogUnanswered(logger, (int)answer.StatusCode);
        }
        catch (Exception silent) when (silent is HttpRequestException or JsonException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnreachable(logger, silent.GetType().Name);
        }

        return BoughtPass.Of(CheckoutState.Waiting);
    }

    [LoggerMessage(1101, LogLevel.Warning, "customers answers {Status} to the checkout page, which goes on asking.")]
    private static partial void LogUnanswered(ILogger logger, int status);

    [LoggerMessage(1102, LogLevel.Warning, "customers cannot be asked by the checkout page, which goes on asking ({Why}).")]
    private static partial void LogUnreachable(ILogger logger, string why);
}
