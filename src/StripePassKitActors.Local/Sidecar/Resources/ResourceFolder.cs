using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace StripePassKitActors.Local.Sidecar.Resources;

/// <summary>Reads <c>components/*.yaml</c> as daprd does: one resource a file, and only those whose <c>scopes</c> name the app or nobody.</summary>
internal static class ResourceFolder
{
    public static ResourceSet Read(string folder, string appId, ImmutableDictionary<string, string> environment)
    {
        var components = ImmutableArray.CreateBuilder<Component>();
        var subscriptions = ImmutableArray.CreateBuilder<Subscription>();
        var resiliencies = ImmutableArray.CreateBuilder<string>();
        var retries = ImmutableDictionary.CreateBuilder<string, RetryPolicy>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.y*ml").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            var document = Document(path, file);
            var kind = document.Text("apiVersion") + " " + document.Text("kind");
            var name = Name(document, file);
            if (document.Texts("scopes") is { Count: > 0 } scopes && !scopes.Contains(appId)) continue;

            var spec = document.Map("spec");
            switch (kind)
            {
                case "dapr.io/v1alpha1 Component":
                    components.Add(ReadComponent(name, spec, file, environment));
                    break;
                case "dapr.io/v2alpha1 Subscription":
                    subscriptions.Add(ReadSubscription(name, spec));
                    break;
                case "dapr.io/v1alpha1 Resiliency":
                    resiliencies.Add(name);
                    retries.AddRange(ReadInboundRetries(spec));
                    break;
                default:
                    throw new UnsupportedException($"the resource {kind} in {file}");
            }

            spec.End();
            document.End();
        }

        var all = new ResourceSet(components.ToImmutable(), subscriptions.ToImmutable(), resiliencies.ToImmutable(), retries.ToImmutable());
        return all.Subscriptions.FirstOrDefault(subscription => all.Find(subscription.PubSub, ComponentTypes.PubSub) is null) is { } lost
            ? throw new InvalidDataException($"The subscription {lost.Name} speaks of {lost.PubSub}, which {appId} does not have.")
            : all;
    }

    private static YamlMap Document(string path, string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(path);
        yaml.Load(reader);
        return yaml.Documents.Count == 1
            ? new YamlMap(yaml.Documents[0].RootNode, file)
            : throw new UnsupportedException($"a file of several resources, as {file} is one");
    }

    private static string Name(YamlMap document, string file)
    {
        var metadata = document.Map("metadata");
        var name = metadata.Text("name");
        metadata.End();
        return name.Length > 0 ? name : throw new InvalidDataException($"{file} has no name.");
    }

    private static Component ReadComponent(string name, YamlMap spec, string file, ImmutableDictionary<string, string> environment)
    {
        var fields = ImmutableDictionary.CreateBuilder<string, string>();
        var (type, version) = (spec.Text("type"), spec.Text("version"));
        foreach (var entry in spec.Maps("metadata"))
        {
            var field = entry.Text("name");
            fields[field] = entry.TextOrNull("envRef") is { } variable
                ? environment.GetValueOrDefault(variable) ?? throw new InvalidDataException($"{file} reads {field} from {variable}, which is not set.")
                : entry.Text("value");
            entry.End();
        }

        var component = new Component(name, type, version, fields.ToImmutable());
        ComponentTypes.Check(component, file);
        return component;
    }

    private static Subscription ReadSubscription(string name, YamlMap spec)
    {
        var routes = spec.Map("routes");
        var route = routes.Text("default");
        routes.End();

        Bulk? bulk = null;
        if (spec.MapOrNull("bulkSubscribe") is { } together)
        {
            var enabled = together.Text("enabled");
            bulk = new Bulk(together.Number("maxMessagesCount") ?? 100, TimeSpan.FromMilliseconds(together.Number("maxAwaitDurationMs") ?? 1000));
            if (enabled != "true") bulk = null;
            together.End();
        }

        return new Subscription(name, spec.Text("pubsubname"), spec.Text("topic"), route, spec.TextOrNull("deadLetterTopic"), bulk);
    }

    private static Dictionary<string, RetryPolicy> ReadInboundRetries(YamlMap spec)
    {
        var policies = spec.Map("policies");
        var named = policies.Map("retries");
        var retries = named.Keys.ToDictionary(name => name, name => ReadRetry(named.Map(name)));
        policies.End();

        var targets = spec.Map("targets");
        var components = targets.Map("components");
        targets.End();
        return components.Keys.ToDictionary(name => name, name =>
        {
            var target = components.Map(name);
            var inbound = target.Map("inbound");
            target.End();
            var policy = inbound.Text("retry");
            inbound.End();
            return retries.GetValueOrDefault(policy) ?? throw new InvalidDataException($"There is no retry policy {policy}.");
        });
    }

    private static RetryPolicy ReadRetry(YamlMap retry)
    {
        var exponential = retry.Text("policy") switch
        {
            "constant" => false,
            "exponential" => true,
            var other => throw new UnsupportedException($"the retry policy {other}"),
        };
        var policy = new RetryPolicy(
            exponential,
            retry.Duration("duration") ?? (exponential ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(5)),
            retry.Duration("maxInterval") ?? TimeSpan.FromSeconds(60),
            retry.Number("maxRetries") is { } most and >= 0 ? most : null);
        retry.End();
        return policy;
    }
}
