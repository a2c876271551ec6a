namespace StripePassKitActors.Local.Sidecar.Resources;

/// <summary>
/// The component types that the development sidecar stands in for, with the fields that it follows or may leave aside: where Redis listens
/// and how it hands out what nobody answered says nothing here, where the store is a file.
/// </summary>
internal static class ComponentTypes
{
    public const string PubSub = "pubsub.redis";
    public const string State = "state.redis";
    public const string HttpBinding = "bindings.http";
    public const string EnvironmentSecrets = "secretstores.local.env";

    private static readonly Dictionary<string, string[]> Fields = new()
    {
        [PubSub] = ["redisHost", "processingTimeout", "redeliverInterval", "concurrency", "queueDepth"],
        [State] = ["redisHost", "actorStateStore"],
        [HttpBinding] = ["url", "errorIfNot2XX", "responseTimeout", "maxResponseBodySize", "direction"],
        [EnvironmentSecrets] = [],
    };

    /// <summary>Refuses a type or a field that is not stood in for.</summary>
    public static void Check(Component component, string file)
    {
        if (!Fields.TryGetValue(component.Type, out var known) || component.Version != "v1")
        {
            throw new UnsupportedException($"the component type {component.Type} {component.Version} in {file}");
        }

        if (component.Metadata.Keys.Except(known).FirstOrDefault() is { } field)
        {
            throw new UnsupportedException($"the field {field} of {component.Type} in {file}");
        }
    }
}
