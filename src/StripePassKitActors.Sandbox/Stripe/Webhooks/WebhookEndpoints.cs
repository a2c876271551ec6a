using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stripe;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>Who is told of events.</summary>
internal sealed partial class WebhookEndpoints(Account account)
{
    private const int Most = 16;

    /// <summary>Everything, or any type by its full name: Stripe takes no <c>customer.*</c>.</summary>
    private static readonly HashSet<string> Known =
    [
        "*",
        .. typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
    ];

    public JsonObject Create(Form form)
    {
        var (url, events) = (Url(form.Required("url")), Events(form));
        if (account.All("webhook_endpoint").Count >= Most) throw StripeFault.Invalid($"You have reached the maximum of {Most} test webhook endpoints.");
        if (form.Text("api_version") is { } version && !Version().IsMatch(version)) throw StripeFault.Invalid($"Invalid Stripe API version: {version}", "api_version");
        var made = Make(url, account.NewId("whsec"), events);
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
        if (form.Has("enabled_events")) endpoint["enabled_events"] = Texts(Events(form));
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
        var made = account.Make("webhook_endpoint", "we");
        made["url"] = url;
        made["_secret"] = secret;
        made["enabled_events"] = Texts(events);
        return made;
    }

    private static IReadOnlyList<string> Events(Form form)
    {
        var events = form.Texts("enabled_events");
        if (events.Count == 0) throw StripeFault.Absent("enabled_events");
        for (var at = 0; at < events.Count; at++)
            if (!Known.Contains(events[at])) throw StripeFault.Invalid($"Invalid enabled_events[{at}]: there is no event type '{events[at]}'.", $"enabled_events[{at}]");
        return events;
    }

    private static string Url(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var read) && (read.Scheme == Uri.UriSchemeHttp || read.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw StripeFault.Invalid("Not a valid URL", "url", "url_invalid");

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
