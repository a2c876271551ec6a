using System.Globalization;
using StripePassKitActors.Service.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace StripePassKitActors.Service.Tests.Components;

/// <summary>Slips in <c>components/</c> about which Dapr says nothing at all.</summary>
public sealed class Written
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.Components).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_holds_one_resource_of_the_files_name(string file)
    {
        var document = Assert.Single(Documents(Path.Combine(Repository.Components, file)));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), Text(document, "metadata", "name"));
    }

    [Theory]
    [InlineData("processingTimeout")]
    [InlineData("redeliverInterval")]
    public void Times_of_the_broker_are_milliseconds(string name) =>
        Assert.InRange(Number(PubSub(name)), 1_000, 600_000);

    [Fact]
    public void No_more_messages_are_read_than_are_handled_at_a_time() =>
        Assert.Equal(PubSub("concurrency"), PubSub("queueDepth"));

    [Fact]
    public void An_app_that_is_down_is_noticed_before_its_events_are_given_up_and_those_before_the_broker_repeats_them()
    {
        var retry = Node(Resource("resiliency"), "spec", "policies", "retries", Text(Resource("resiliency"), "spec", "targets", "components", "pubsub", "inbound", "retry"));
        Assert.Equal("constant", Text(retry, "policy"));
        var givenUp = TimeSpan.FromSeconds(Number(Text(retry, "duration").TrimEnd('s')) * Number(Text(retry, "maxRetries")));

        var apps = (YamlSequenceNode)Node(Documents(Path.Combine(Repository.Root, "dapr.yaml"))[0], "apps");
        var customers = apps.Single(app => Text(app, "appID") == "customers");
        Assert.Equal("true", Text(customers, "enableAppHealthCheck"));
        var noticed = TimeSpan.FromSeconds(Number(Text(customers, "appHealthProbeInterval")) * Number(Text(customers, "appHealthThreshold")))
            + TimeSpan.FromMilliseconds(Number(Text(customers, "appHealthProbeTimeout")));

        Assert.True(noticed < givenUp, $"noticed after {noticed}, given up after {givenUp}");
        Assert.True(givenUp * 3 <= TimeSpan.FromMilliseconds(Number(PubSub("processingTimeout"))), $"given up after {givenUp}");
    }

    private static string PubSub(string name) => Text(
        ((YamlSequenceNode)Node(Resource("pubsub"), "spec", "metadata")).Single(entry => Text(entry, "name") == name), "value");

    private static YamlNode Resource(string name) => Documents(Path.Combine(Repository.Components, name + ".yaml"))[0];

    private static List<YamlNode> Documents(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(file);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    private static YamlNode Node(YamlNode node, params string[] path) => path.Aggregate(node, (at, key) => at[key]);

    private static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)Node(node, path)).Value!;

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
