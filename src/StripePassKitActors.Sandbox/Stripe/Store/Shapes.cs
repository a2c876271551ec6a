using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>Each kind of object as it looks before anything is known of it, in the API version that Stripe.net speaks.</summary>
internal static class Shapes
{
    private static readonly JsonObject All = Load();

    public static JsonObject Of(string kind) => All[kind]!.DeepClone().AsObject();

    private static JsonObject Load()
    {
        using var stream = typeof(Shapes).Assembly.GetManifestResourceStream("shapes.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
