using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>When a recurring price falls due again.</summary>
internal static class Periods
{
    /// <summary>
    /// The end of the period that begins at a moment: a whole number of intervals after the anchor, so that the 31st stays the 31st
    /// wherever a month has one.
    /// </summary>
    public static DateTimeOffset End(JsonObject price, DateTimeOffset anchor, DateTimeOffset start)
    {
        var (interval, count) = (price["recurring"]!.Text("interval"), (int)price["recurring"]!.Number("interval_count"));
        var longest = interval switch { "day" => 1, "week" => 7, "month" => 31, _ => 366 } * count;
        var times = Math.Max((int)((start - anchor).TotalDays / longest), 0);
        while (After(times) <= start) times++;
        return After(times);

        DateTimeOffset After(int times) => interval switch
        {
            "day" => anchor.AddDays(times * count),
            "week" => anchor.AddDays(times * count * 7),
            "month" => anchor.AddMonths(times * count),
            _ => anchor.AddYears(times * count),
        };
    }

    public static StripeFault Mixed(string param) => StripeFault.Invalid("The sandbox wants all items of a subscription to have one interval.", param);

    /// <summary>Whether two prices fall due in the same rhythm.</summary>
    public static bool Same(JsonObject one, JsonObject other) =>
        one["recurring"]!.Text("interval") == other["recurring"]!.Text("interval")
        && one["recurring"]!.Number("interval_count") == other["recurring"]!.Number("interval_count");
}
