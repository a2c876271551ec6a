using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors.Client;
using Microsoft.Extensions.Options;
using Polly;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Actors;

internal static class CustomerActorServices
{
    /// <summary>Longer than the longest queue: a caller that gives up would let two turns overlap in the sidecar (ADR 1).</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A turn ends within it, and placement waits no longer than 8 s for a sidecar that drains.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(6);

    /// <summary>How arguments and results travel to actors and back, on both sides alike.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        IgnoreReadOnlyProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static IServiceCollection AddCustomerActors(this IServiceCollection services, IConfiguration configuration)
    {
        var sidecar = SidecarEndpoints.From(configuration);
        services.AddActors(options =>
        {
            options.Actors.RegisterActor<CustomerActor>();
            options.Actors.RegisterActor<DeadLettersActor>();
            options.Actors.RegisterActor<CatalogueActor>();
            options.UseJsonSerialization = true;
            options.JsonSerializerOptions = Json;
            options.HttpEndpoint = sidecar.Http.AbsoluteUri;
            options.DaprApiToken = sidecar.ApiToken ?? "";
            options.DrainRebalancedActors = true;
            options.DrainOngoingCallTimeout = DrainTimeout;
        });
        services.AddSingleton<IActorProxyFactory>(new ActorProxyFactory(new ActorProxyOptions
        {
            UseJsonSerialization = true,
            JsonSerializerOptions = Json,
            HttpEndpoint = sidecar.Http.AbsoluteUri,
            DaprApiToken = sidecar.ApiToken ?? "",
            RequestTimeout = CallTimeout,
        }));

        // A connection that broke says nothing of the call; reads and absolute writes may be tried again.
        services.AddHttpClient(SidecarServices.HttpClientName).AddPolicyHandler(Policy<HttpResponseMessage>.Handle<HttpRequestException>().RetryAsync(2));
        services.AddSingleton<IActorState, SidecarActorState>();
        services.AddSingleton<CustomerStore>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Rereading>(provider, provider.GetRequiredService<IOptions<StripeOptions>>().Value.Reread));
        services.AddSingleton<WritingBack>();
        services.AddSingleton<IChangePublisher, DaprChangePublisher>();
        services.AddSingleton<Announcing>();
        services.AddSingleton<CustomerActors>();
        services.AddSingleton<CatalogueWalks>();
        services.AddSingleton<DeadLetterBox>();
        services.AddSingleton<CustomersMetrics>();
        return services;
    }
}
