using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Catalog;

/// <summary>What is sold.</summary>
internal sealed class Products(Account account)
{
    public JsonObject Create(Form form)
    {
        var name = form.Required("name");
        if (form.Text("id") is { } chosen && account.Store.Find(chosen) is not null)
            throw StripeFault.Invalid($"Product already exists.", "id", "resource_already_exists");

        var made = account.Part("product", "prod");
        made["id"] = form.Text("id") ?? made.Text("id");
        made["name"] = name;
        made["updated"] = account.Seconds;
        account.Store.Add(made);
        Fill(made, form);
        account.Tell("product.created", made);
        return made;
    }

    public JsonObject Update(string id, Form form)
    {
        var product = account.Get("product", id);
        account.Change(product, "product.updated", () =>
        {
            Fill(product, form);
            product["updated"] = account.Seconds;
        });
        return product;
    }

    public JsonObject Delete(string id)
    {
        var product = account.Get("product", id);
        if (account.All("price", new Filter("product", id)).Count > 0)
            throw StripeFault.Invalid("This product cannot be deleted because it has one or more user-created prices.");

        account.Store.Remove(id);
        account.Tell("product.deleted", product);
        return new JsonObject { ["id"] = id, ["object"] = "product", ["deleted"] = true };
    }

    private static void Fill(JsonObject product, Form form)
    {
        form.CopyTo(product, "name", "description", "default_price");
        if (form.Flag("active") is { } active) product["active"] = active;
        form.MetadataTo(product);
    }
}
