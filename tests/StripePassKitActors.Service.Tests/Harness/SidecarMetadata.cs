using System.Net.Http.Json;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>What a sidecar says about itself at <c>/v1.0/metadata</c>. What it has none of is <c>null</c>.</summary>
internal sealed record SidecarMetadata(
    string Id,
    IReadOnlyList<SidecarMetadata.Component>? Components,
    IReadOnlyList<SidecarMetadata.Subscription>? Subscriptions,
    IReadOnlyList<SidecarMetadata.Resiliency>? Resiliencies,
    SidecarMetadata.Actors ActorRuntime)
{
    public sealed record Component(string Name, string Type);

    public sealed record Subscription(string PubsubName, string Topic, IReadOnlyList<Rule> Rules, string? DeadLetterTopic);

    public sealed record Rule(string Path);

    public sealed record Resiliency(string Name);

    public sealed record Actors(bool HostReady, string Placement, IReadOnlyList<ActorType>? ActiveActors);

    public sealed record ActorType(string Type);
}

internal static class SidecarExtensions
{
    public static async Task<SidecarMetadata> MetadataAsync(this ISidecar sidecar, CancellationToken cancellationToken) =>
        await Http.Client.GetFromJsonAsync<SidecarMetadata>(new Uri(sidecar.Http, "v1.0/metadata"), cancellationToken)
        ?? throw new InvalidOperationException("A sidecar has metadata.");
}
