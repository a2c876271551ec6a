using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Catalogue;

/// <summary>What a change in Stripe makes of those who hold what changed.</summary>
public sealed class HeldTests
{
    [Fact]
    public async Task B2_What_the_merchant_writes_on_a_price_or_a_product_in_Stripe_reaches_who_holds_it()
    {
        await using var stripe = await StripeWorld.StartAsync();
        var price = stripe.Price("silver");
        var (id, product) = ((string)price["id"]!, (string)price["product"]!);
        var owners = new[] { stripe.Buy(price), stripe.Buy(price) }.Select(session => (string)session["customer"]!).Order().ToArray();
        using var ofPrice = new CatalogueWorld($"price-{id}", stripe.Api, stripe.Clock);
        using var ofProduct = new CatalogueWorld($"product-{product}", stripe.Api, stripe.Clock);

        stripe.Sandbox.Call("POST", $"/v1/prices/{id}", ("metadata[passkit_tier]", "gold"));
        await ofPrice.ChangedAsync("evt_1", "price", id);
        await ofPrice.WalkAsync();
        Assert.Equal(owners, ofPrice.Told.Select(told => told.Customer).Order());
        Assert.All(ofPrice.Told, told => Assert.Equal(("gold", ""), Tiers(told.Event)));

        stripe.Sandbox.Call("POST", $"/v1/prices/{id}", ("metadata[passkit_tier]", ""));
        stripe.Sandbox.Call("POST", $"/v1/products/{product}", ("metadata[passkit_tier]", "silver"));
        await ofProduct.ChangedAsync("evt_2", "product", product);
        await ofProduct.WalkAsync();
        Assert.Equal(owners, ofProduct.Told.Select(told => told.Customer).Order());
        Assert.All(ofProduct.Told, told => Assert.Equal((null, "silver"), Tiers(told.Event)));
    }

    [Fact]
    public async Task B2_A_customer_follows_what_its_product_names_up_and_down_to_none()
    {
        await using var customer = await ActorWorld.StartAsync();
        var stripe = new ListedStripe(customer.PassKit.Clock) { Holders = { ["price_1"] = [1] }, ProductMetadata = """{"passkit_tier":"silver"}""" };
        using var product = new CatalogueWorld("product-prod_1", stripe, customer.PassKit.Clock, (_, events) => customer.ApplyAsync([.. events]));

        foreach (var (number, (metadata, status, tier)) in new[]
        {
            ("""{"passkit_tier":"silver"}""", EntitlementStatus.Active, "silver"), ("""{"passkit_tier":"gold"}""", EntitlementStatus.Active, "gold"), ("{}", EntitlementStatus.Ended, "gold"),
        }.Index())
        {
            stripe.ProductMetadata = metadata;
            await product.ChangedAsync($"evt_{number}", "product", "prod_1");
            await product.WalkAsync();
            var inspection = await customer.InspectAsync();
            Assert.Equal((status, tier), (inspection.Status, inspection.Tier));
        }
    }

    [Theory]
    [InlineData("WhenNeeded", "CatalogueActor saved")]
    [InlineData("Never", null)]
    [InlineData(null, null)]
    public async Task B2_A_change_is_taken_once_it_is_saved_and_let_go_where_nothing_is_read(string? reread, string? saved)
    {
        string[] key = reread is null ? [] : ["--Stripe:ApiKey=rk_test_1", "--Stripe:Livemode=false", "--Stripe:ApiBase=http://127.0.0.1:9", $"--Stripe:Reread={reread}"];
        await using var app = await WholeApp.StartAsync(["--PassKit:Token=token", .. key]);

        Assert.Equal(["SUCCESS"], await app.DeliverAsync(Changed("price.updated", "price", "price_1", """{"metadata":{}}""")));

        Assert.Equal(saved is null ? [] : ["walk"], app.State.Keys("CatalogueActor", "price-price_1"));
    }

    [Fact]
    public async Task B2_A_change_that_could_not_be_saved_comes_again()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token", "--Stripe:ApiKey=rk_test_1", "--Stripe:Livemode=false", "--Stripe:ApiBase=http://127.0.0.1:9");
        app.State.FailingCommits = 1;
        var changed = Changed("product.updated", "product", "prod_1", """{"metadata":{"passkit_tier":"gold"}}""");

        Assert.Equal(["RETRY"], await app.DeliverAsync(changed));
        Assert.Equal(["SUCCESS"], await app.DeliverAsync(changed));

        Assert.Equal(["walk"], app.State.Keys("CatalogueActor", "product-prod_1"));
    }

    private static (string?, string?) Tiers(Core.Customers.CustomerEvent told)
    {
        var item = Assert.IsType<SubscriptionFact>(Assert.Single(told.Facts)).Items.Single();
        return (item.MetadataTier, item.ProductTier);
    }

    private static string Changed(string type, string kind, string id, string before) => new JsonObject
    {
        ["id"] = "evt_1", ["object"] = "event", ["type"] = type, ["created"] = PassKitWorld.Start.ToUnixTimeSeconds(),
        ["data"] = new JsonObject { ["object"] = new JsonObject { ["id"] = id, ["object"] = kind }, ["previous_attributes"] = JsonNode.Parse(before) },
    }.ToJsonString();
}
