using System.Collections.Concurrent;
using System.Net;
using System.Text;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>A PassKit that refuses, and quotes in its answer all that it was sent, the token included.</summary>
internal sealed class QuotingPassKit : IPassKitTransport
{
    /// <summary>What it answers; null: it accepts, and makes a member.</summary>
    public HttpStatusCode? Refuses { get; set; }

    /// <summary>Whether the way to it breaks with an exception that quotes what was sent.</summary>
    public bool Breaks { get; set; }

    /// <summary>All that it was sent, so that a test sees that there was something to hide.</summary>
    public ConcurrentQueue<string> Sent { get; } = [];

    public Task<PassKitResponse> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        var sent = $"{authorization} {method} {path} {Encoding.UTF8.GetString(body.Span)}";
        Sent.Enqueue(sent);
        if (Breaks) throw new Dapr.DaprException(sent);

        var answer = Refuses is null ? """{"id":"0123456789abcdefABCDEF"}""" : $$"""{"error":"{{sent}}","code":13}""";
        return Task.FromResult(new PassKitResponse(Refuses ?? HttpStatusCode.OK, Encoding.UTF8.GetBytes(answer), null, null));
    }
}
