using System.Net.Http.Json;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Components;

/// <summary>What the numbers in <c>components/</c> and <c>dapr.yaml</c> are for.</summary>
public sealed class Outages(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task Events_that_arrive_while_the_app_is_down_are_delivered_when_it_is_back(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        var stub = new StubApp();
        await using var service = await TestService.StartAsync(
            platform,
            new TestServiceOptions(stub.BuildAsync, stub.BuildAsync) { HealthCheck = SidecarOptions.Quick },
            Cancelled);
        await PublishAsync(service, "before");
        await ReceivedAsync(stub, "before");

        await service.Customers.App.StopAsync();
        string[] events = [.. Enumerable.Range(0, 20).Select(i => $"during{i}")];
        foreach (var id in events) await PublishAsync(service, id);
        await NoticedAsync(service);
        await PublishAsync(service, "after");
        await service.Customers.StartAppAsync(Cancelled);

        await ReceivedAsync(stub, [.. events, "after"]);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Events_that_the_broker_took_outlive_it_and_the_sidecars_find_it_again(Sidecars sidecars)
    {
        await using var platform = controlPlane.Breakable(sidecars);
        var stub = new StubApp();
        await using var service = await TestService.StartAsync(
            platform, new TestServiceOptions(stub.BuildAsync, stub.BuildAsync) { HealthCheck = SidecarOptions.Quick }, Cancelled);
        await PublishAsync(service, "before");
        await ReceivedAsync(stub, "before");

        await service.Customers.App.StopAsync();
        await NoticedAsync(service);
        await PublishAsync(service, "kept");
        await platform.RestartBrokerAsync(Cancelled);
        await service.Customers.StartAppAsync(Cancelled);
        await ReceivedAsync(stub, "kept");

        await Eventually.Async(async () =>
        {
            await PublishAsync(service, "after");
            return true;
        }, "the public app's sidecar is to find the broker again", cancellationToken: Cancelled);
        await ReceivedAsync(stub, "after");
    }

    [Fact]
    public async Task Another_broker_may_take_the_place_of_Redis()
    {
        await using var kafka = new KafkaBroker();
        await kafka.StartAsync(Cancelled);
        await using var platform = new DaprdPlatform(controlPlane);
        var stub = new StubApp();
        await using var service = await TestService.StartAsync(
            platform, new TestServiceOptions(stub.BuildAsync, stub.BuildAsync) { EditComponents = kafka.Component }, Cancelled);

        await PublishAsync(service, "first");
        await ReceivedAsync(stub, "first");
    }

    private static Task NoticedAsync(TestService service) => Eventually.Async(
        service.Customers.Sidecar.HasNoticedThatTheAppIsDownAsync,
        "the sidecar is to notice that the app is down", cancellationToken: Cancelled);

    private static Task ReceivedAsync(StubApp stub, params string[] events) => Eventually.Async(
        () => Task.FromResult(string.Join(' ', events.Except(stub.Received))),
        missing => missing.Length == 0, "no event is to be missing", cancellationToken: Cancelled);

    private static async Task PublishAsync(TestService service, string id)
    {
        using var response = await Http.Client.PostAsJsonAsync(
            new Uri(service.Ingress.Sidecar.Http, $"v1.0/publish/pubsub/stripe-events?metadata.cloudevent.id={id}"), new { id }, Cancelled);
        response.EnsureSuccessStatusCode();
    }
}
