using System.Text.Json.Nodes;
using Stripe;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>Who is told of events.</summary>
internal sealed class WebhookEndpoints(Account account)
{
    public JsonObject Create(Form form)
    {
        var made = Make(Url(form.Required("url")), account.NewId("whsec"), form.Texts("enabled_events"));
        form.CopyTo(made, "description", "api_version");
        form.MetadataTo(made);

        // The only answer that tells the secret.
        var answer = made.Shown();
        answer["secret"] = made.Text("_secret");
        return answer;
    }

    /// <summary>Has an endpoint of this address that wants everything; one that is there only gets the secret.</summary>
    public void Ensure(string url, string secret)
    {
        if (account.First("webhook_endpoint", new Filter("url", url)) is { } known) known["_secret"] = secret;
        else Make(url, secret, ["*"]);
    }

    public JsonObject Update(string id, Form form)
    {
        var endpoint = account.Get("webhook_endpoint", id);
        if (form.Text("url") is { } url) endpoint["url"] = Url(url);
        if (form.Has("enabled_events")) endpoint["enabled_events"] = Texts(form.Texts("enabled_events"));
        if (form.Flag("disabled") is { } disabled) endpoint["status"] = disabled ? "disabled" : "enabled";
        form.CopyTo(endpoint, "description");
        form.MetadataTo(endpoint);
        return endpoint;
    }

    public JsonObject Delete(string id)
    {
        account.Get("webhook_endpoint", id);
        account.Store.Remove(id);
        return new JsonObject { ["id"] = id, ["object"] = "webhook_endpoint", ["deleted"] = true };
    }

    private JsonObject Make(string url, string secret, IReadOnlyList<string> events)
    {
        if (events.Count == 0) throw StripeFault.Absent("enabled_events");
        var made = account.Make("webhook_endpoint", "we");
        made["url"] = url;
        made["_secret"] = secret;
        made["enabled_events"] = Texts(events);
        made["api_version"] = StripeConfiguration.ApiVersion;
        return made;
    }

    private static string Url(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var read) && (read.Scheme == Uri.UriSchemeHttp || read.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw StripeFault.Invalid("Not a valid URL", "url", "url_invalid");

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
