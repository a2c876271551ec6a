using StripePassKitActors.Local;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Browser;

/// <summary>The whole local run on ports of its own, and a browser that looks at it.</summary>
internal sealed class LocalStory : IAsyncDisposable
{
    private readonly TemporaryFolder folder;
    private readonly LocalRun run;
    private readonly Chromium chromium;

    private LocalStory(TemporaryFolder folder, LocalRun run, Ports ports, Chromium chromium) =>
        (this.folder, this.run, Ports, this.chromium) = (folder, run, ports, chromium);

    public Ports Ports { get; }

    public string Shop => $"{Ports.Url(Ports.Stripe)}/";

    public string Wallet => $"{Ports.Url(Ports.PassKit)}/";

    /// <param name="cancellationToken">Gives up starting.</param>
    /// <param name="checkoutPage">Whether buyers come back to the ingress's page; else to the shop's own word of thanks.</param>
    public static async Task<LocalStory> OpenAsync(CancellationToken cancellationToken, bool checkoutPage = false)
    {
        var chromium = await Chromium.LaunchAsync();
        var folder = new TemporaryFolder();
        var ports = new Ports(FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        string[] thanks = checkoutPage ? [] : [$"--StripeSandbox:SuccessUrl={Ports.Url(ports.Stripe)}/thanks?session_id={{CHECKOUT_SESSION_ID}}"];
        var settings = LocalSettings.Read(["--Logging:LogLevel:StripePassKitActors=Warning", .. thanks]);
        return new LocalStory(folder, await LocalRun.StartAsync(settings, folder.Path, ports, fresh: false, cancellationToken), ports, chromium);
    }

    /// <summary>A window of its own.</summary>
    public Task<Microsoft.Playwright.IPage> WindowAsync(string url, Microsoft.Playwright.BrowserNewContextOptions? options = null) => chromium.WindowAsync(url, options);

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await run.DisposeAsync();
        folder.Dispose();
    }
}
