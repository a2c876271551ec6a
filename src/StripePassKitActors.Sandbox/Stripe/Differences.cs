using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>An event's <c>previous_attributes</c>.</summary>
internal static class Differences
{
    /// <summary>The old values of what changed: within objects only the fields that did, arrays whole; null if nothing did.</summary>
    public static JsonObject? Of(JsonObject before, JsonObject after)
    {
        var changed = new JsonObject();
        foreach (var name in before.Select(field => field.Key).Union(after.Select(field => field.Key)))
        {
            var (old, now) = (before[name], after[name]);
            if (JsonNode.DeepEquals(old, now)) continue;
            changed[name] = old is JsonObject oldObject && now is JsonObject nowObject ? Of(oldObject, nowObject) : old?.DeepClone();
        }

        return changed.Count > 0 ? changed : null;
    }
}
