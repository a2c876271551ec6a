using System.Collections.Immutable;
using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Logging.Abstractions;
using StripePassKitActors.Local.Sidecar;
using StripePassKitActors.Service.Tests.Facts;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>What the development sidecar does not know it says, and says who does.</summary>
public sealed class Refusals
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pubsub.yaml", "pubsub.redis", "pubsub.kafka", "pubsub.kafka")]
    [InlineData("statestore.yaml", "actorStateStore", "keyPrefix", "keyPrefix")]
    [InlineData("passkit.yaml", "maxResponseBodySize", "securityToken", "securityToken")]
    [InlineData("secrets.yaml", "kind: Component", "kind: Configuration", "Configuration")]
    [InlineData("stripe-events.yaml", "    default: /events/stripe", "    rules: []\n    default: /events/stripe", "rules")]
    [InlineData("resiliency.yaml", "  targets:", "  targets:\n    actors: {}", "actors")]
    [InlineData("resiliency.yaml", "policy: constant", "policy: linear", "linear")]
    [InlineData("secrets.yaml", "scopes:", "auth:\n  secretStore: x\nscopes:", "auth")]
    [InlineData("secrets.yaml", "scopes:", "---\nkind: Resiliency\n---\nscopes:", "several")]
    public async Task A_resource_that_it_does_not_know_is_refused_at_the_start(string file, string known, string unknown, string named)
    {
        using var folder = TemporaryFolder.OfComponents((name, yaml) => name == file ? yaml.Replace(known, unknown, StringComparison.Ordinal) : yaml);
        using var data = new TemporaryFolder();
        await using var dapr = new DevelopmentDapr(Path.Combine(data.Path, "dapr.db"), TimeProvider.System, NullLoggerFactory.Instance);
        await using var sidecar = dapr.CreateSidecar(new SidecarSettings("customers", FreePort.Next(), FreePort.Next(), FreePort.Next(), folder.Path)
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("PASSKIT_REST_URL", "http://nowhere"),
        });

        var refused = await Assert.ThrowsAsync<UnsupportedException>(() => sidecar.StartAsync(Cancelled));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Contains("dapr run", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "v1.0/state/statestore", "[]")]
    [InlineData("DELETE", "v1.0/state/statestore/k", null)]
    [InlineData("GET", "v1.0/state/statestore/k?consistency=strong", null)]
    [InlineData("POST", "v1.0/state/statestore/transaction", """{"operations":[],"metadata":{}}""")]
    [InlineData("POST", "v1.0/state/statestore/transaction", """{"operations":[{"operation":"upsert","request":{"key":"k","value":1,"etag":"1"}}]}""")]
    [InlineData("POST", "v1.0/state/statestore/transaction", """{"operations":[{"operation":"upsert","request":{"key":"k","value":1,"metadata":{"contentType":"x"}}}]}""")]
    [InlineData("POST", "v1.0/state/statestore/transaction", """{"operations":[{"operation":"upsert","request":{"key":"k","value":1,"metadata":{"ttlInSeconds":"-1"}}}]}""")]
    [InlineData("POST", "v1.0/actors/Parrot/1/timers/t", "{}")]
    [InlineData("POST", "v1.0/actors/Parrot/1/state", "[]")]
    [InlineData("POST", "v1.0/publish/pubsub/stripe-events?metadata.rawPayload=true", "1")]
    [InlineData("PUT", "v1.0/actors/Parrot/1/reminders/r", """{"dueTime":"1s","ttl":"1h"}""")]
    public async Task A_request_that_it_does_not_know_is_answered_501(string verb, string route, string? body)
    {
        await using var platform = new DevelopmentPlatform();
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        var (status, answer) = await app.AskAsync(new HttpMethod(verb), route, body);

        Assert.Equal(501, status);
        Assert.Contains("dapr run", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_over_gRPC_that_it_does_not_know_is_unimplemented()
    {
        await using var platform = new DevelopmentPlatform();
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        using var dapr = new DaprClientBuilder().UseHttpEndpoint(app.Sidecar.Http.AbsoluteUri).UseGrpcEndpoint(app.Sidecar.Grpc.AbsoluteUri).Build();

        var refused = await Assert.ThrowsAsync<DaprException>(() => dapr.GetStateAsync<string>("statestore", "k", cancellationToken: Cancelled));

        Assert.Contains("Unimplemented", refused.InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("dapr run", refused.InnerException!.Message, StringComparison.Ordinal);
    }
}
