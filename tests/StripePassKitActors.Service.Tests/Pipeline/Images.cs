using System.Collections.Immutable;
using System.Net;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Both apps from their images, as a cluster runs them: each beside its sidecar, unprivileged, its file system read-only.</summary>
public sealed class Images
{
    private const ushort AppPort = 8080;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_images_issue_a_pass_and_doctor_looks_at_the_deployment_from_inside()
    {
        await using var platform = new ContainerPlatform();
        await platform.StartAsync(Cancelled);
        var options = new PassKitSandboxOptions
        {
            ApiKey = TestSettings.Customers["PassKit:ApiKey"],
            ApiSecret = TestSettings.Customers["PassKit:ApiSecret"],
            ProgramId = TestSettings.Customers["PassKit:ProgramId"],
            TierIds = ["bronze", "silver", "gold"],
        };
        await using var passKit = await PassKitSandboxApp.StartAsync(new PassKitSandbox(options, TimeProvider.System), $"http://{platform.AppsListenOn}:0", Cancelled);
        var region = $"http://{platform.ThisMachine}:{passKit.Address.Port}";
        await using var ingress = platform.CreatePod(await BuiltAsync("ingress"), new SidecarOptions("ingress", AppPort), TestSettings.Ingress);
        await using var customers = platform.CreatePod(
            await BuiltAsync("customers"),
            new SidecarOptions("customers", AppPort) { Environment = new Dictionary<string, string> { ["PASSKIT_REST_URL"] = region, ["APP_API_TOKEN"] = TestSettings.AppToken }.ToImmutableDictionary() },
            TestSettings.Customers.SetItem("PASSKIT_REST_URL", region));
        await Task.WhenAll(ingress.StartAsync(Cancelled), customers.StartAsync(Cancelled));

        Assert.Equal(HttpStatusCode.OK, await Merchant.PostAsync(ingress.Client, StripeEvent.Subscription("cus_1", "active").Json, Cancelled));
        await Eventually.Async(() => Task.FromResult(passKit.Sandbox.Find("cus_1")?.TierId == "silver"), "the pass is issued", cancellationToken: Cancelled);

        var doctor = await customers.RunAsync(["dotnet", "StripePassKitActors.Customers.dll", "doctor"], Cancelled);
        Assert.All(
            ["ok       PassKit credentials ", "ok       PassKit program ", "ok       tier gold ", "warn     PassKit webhook ", "ok       sidecar components ", "ok       sidecar subscriptions "],
            line => Assert.Contains(line, doctor.Stdout, StringComparison.Ordinal));
        Assert.Equal(1, doctor.ExitCode);
    }

    /// <summary>Builds an image as the README does, but on this machine's own network: from one of Docker's a package registry need not be reached.</summary>
    private static async Task<string> BuiltAsync(string target)
    {
        var image = $"stripepasskitactors-{target}";
        await using var build = ChildProcess.Start(Tools.Docker, ["build", "--network", "host", "-f", "deploy/Dockerfile", "--target", target, "-t", image, "."], folder: Repository.Root);
        Assert.True(await build.EndAsync(Cancelled) == 0, build.Log);
        return image;
    }
}
