using System.Text.RegularExpressions;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Stripe's own stub of its API: knows every path and parameter of the newest version, and shapes, but no state.</summary>
internal sealed partial class StripeMock : IAsyncDisposable
{
    private readonly ChildProcess process;

    private StripeMock(ChildProcess process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<StripeMock> StartAsync()
    {
        var process = ChildProcess.Start(Tools.StripeMock, ["-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0"]);
        await process.ReadyAsync(_ => Task.FromResult(Listening().IsMatch(process.Log)), TestContext.Current.CancellationToken);
        return new StripeMock(process, new Uri($"http://{Listening().Match(process.Log).Groups[1].Value}"));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    [GeneratedRegex(@"Listening for HTTP at address: (127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
