using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Customers.Tests.Connect;

/// <summary>The events that Stripe is asked to send are those that are read, and those that the README names.</summary>
public sealed partial class NeededEventsTests
{
    [Fact]
    public void Every_object_that_is_read_has_events_that_bring_it_and_no_other_has() =>
        Assert.Equal(FactReader.Kinds.Append("price").Append("product").Order(StringComparer.Ordinal), NeededEvents.ByKind.Keys);

    [Fact]
    public void No_event_that_is_asked_for_is_one_that_the_reader_lets_go()
    {
        var reader = new EventReader(new FactReader("passkit_tier", []));
        var objects = new Dictionary<string, JsonObject>
        {
            ["charge"] = StripeThings.Charge(100),
            ["checkout.session"] = StripeThings.Session(customer: "cus_1"),
            ["customer"] = StripeThings.Customer(),
            ["dispute"] = StripeThings.Dispute(100),
            ["invoice"] = StripeThings.Invoice(),
            ["price"] = new() { ["id"] = "price_1", ["object"] = "price" },
            ["product"] = new() { ["id"] = "prod_1", ["object"] = "product" },
            ["refund"] = StripeThings.Refund(100),
            ["subscription"] = StripeThings.Subscription(),
        };

        foreach (var (kind, types) in NeededEvents.ByKind)
            foreach (var type in types)
                Assert.True(reader.Read(StripeJsonOf(StripeThings.Event("evt_1", objects[kind], type: type))) is EventReading.Understood or EventReading.Catalogue, type);
    }

    [Fact]
    public async Task The_README_names_the_same()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var begin = readme.IndexOf("send the webhook these events:", StringComparison.Ordinal);
        var list = readme[begin..readme.IndexOf("Others are acknowledged", begin, StringComparison.Ordinal)];

        // A name that begins with a dot goes on where the last whole one parted.
        var named = new List<string>();
        var before = "";
        foreach (var name in Name().Matches(list).Select(match => match.Groups[1].Value))
        {
            if (!name.StartsWith('.')) before = name[..name.LastIndexOf('.')];
            named.Add(name.StartsWith('.') ? before + name : name);
        }

        Assert.Equal(NeededEvents.All, named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_permissions_that_are_tried_are_those_that_the_documentation_names()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "stripe-permissions.md"), TestContext.Current.CancellationToken);
        var rows = Row().Matches(text).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

        Assert.Equal(StripePermissions.Read.Concat(StripePermissions.Write).Select(permission => (permission.Dashboard, permission.Name)), rows);
        Assert.Contains(StripePermissions.WebhookEndpoints.Dashboard, text, StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement StripeJsonOf(string json) => System.Text.Json.JsonElement.Parse(json);

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| ([A-Za-z ]+) \| `(rak_[a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
