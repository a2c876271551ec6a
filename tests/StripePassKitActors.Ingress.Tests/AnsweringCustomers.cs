using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Tests;

/// <summary>The customers app behind the sidecar.</summary>
internal sealed class AnsweringCustomers : HttpMessageHandler
{
    public const string PassUrl = "https://pub1.pskt.io/3Xh2abcDEF";

    /// <summary>What it answers; null: 500.</summary>
    public Func<BoughtPass?> Answer { get; set; } = () => new BoughtPass(CheckoutState.Ready, PassUrl, Settled: true);

    /// <summary>Path and session of each question.</summary>
    public ConcurrentQueue<(string Path, string SessionId)> Asked { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var question = await request.Content!.ReadFromJsonAsync<CheckoutQuestion>(cancellationToken);
        Asked.Enqueue((request.RequestUri!.AbsolutePath, question!.SessionId));
        return Answer() is { } pass ? new HttpResponseMessage { Content = JsonContent.Create(pass) } : new HttpResponseMessage(HttpStatusCode.InternalServerError);
    }
}
