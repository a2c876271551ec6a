using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Components;

/// <summary>What a sidecar makes of <c>components/</c>.</summary>
public sealed class Loaded(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    [InlineData(Sidecars.Containers)]
    public async Task Every_resource_in_components_is_loaded(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        var stub = new StubApp();
        await using var service = await TestService.StartAsync(platform, new TestServiceOptions(stub.BuildAsync, stub.BuildAsync), Cancelled);

        var ingress = await service.Ingress.Sidecar.MetadataAsync(Cancelled);
        Assert.Equal(["pubsub", "secrets"], Names(ingress));
        Assert.Null(ingress.Subscriptions);
        Assert.Null(ingress.Resiliencies);

        var customers = await Eventually.Async(
            () => service.Customers.Sidecar.MetadataAsync(Cancelled),
            metadata => metadata is { ActorRuntime.HostReady: true, Subscriptions.Count: 3 },
            "the sidecar is to serve the app's actors and subscriptions", cancellationToken: Cancelled);
        Assert.Equal(["passkit", "pubsub", "secrets", "statestore"], Names(customers));
        Assert.Equal("resiliency", Assert.Single(customers.Resiliencies!).Name);
        Assert.Equal(
            ["passkit-events to /events/passkit, then ", "stripe-events to /events/stripe, then stripe-events-dead", "stripe-events-dead to /events/dead, then "],
            customers.Subscriptions!.Select(s => $"{s.Topic} to {Assert.Single(s.Rules).Path}, then {s.DeadLetterTopic}").Order(StringComparer.Ordinal));

        // Together with those above these are all files there are: one that no sidecar takes is one that nobody needs.
        var loaded = Names(customers).Concat(Names(ingress)).Concat(customers.Subscriptions!.Select(s => s.Topic)).Append("resiliency");
        Assert.Equal(
            Directory.EnumerateFiles(Repository.Components).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
            loaded.Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Names(SidecarMetadata metadata) =>
        metadata.Components!.Select(component => component.Name).Order(StringComparer.Ordinal);
}
