using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>What PassKit notes of a pass on a device.</summary>
internal static class Installation
{
    /// <param name="member">Whose pass.</param>
    /// <param name="installed">Whether it was put there, or taken away.</param>
    /// <param name="google">Google's wallet, not Apple's.</param>
    /// <param name="now">The moment.</param>
    public static void Mark(JsonObject member, bool installed, bool google, string now)
    {
        var pass = (member["passMetaData"] ??= new JsonObject()).AsObject();
        pass["status"] = installed ? "PASS_INSTALLED" : "PASS_UNINSTALLED";
        pass[installed ? "lastInstalledAt" : "lastUninstalledAt"] = now;
        pass[installed ? "firstInstalledAt" : "firstUninstalledAt"] ??= now;
        if (installed) pass["installDeviceAttributes"] = google ? new JsonArray("Android", "Mobile") : new JsonArray("Ios", "SupportWallet", "Mobile");

        var lifecycle = (pass["lifecycleEvents"] ??= new JsonArray()).AsArray();
        if (installed) Add(lifecycle, google ? "GOOGLE_PAY_RECORD_CREATED" : "APPLE_PASS_CREATED");
        Add(lifecycle, $"{(installed ? "INSTALLED" : "UNINSTALLED")}_{(google ? "GOOGLE" : "APPLE")}");
    }

    /// <summary>Whether the pass was last put into Google's wallet.</summary>
    public static bool IsInGoogles(JsonObject member) =>
        member["passMetaData"]?["installDeviceAttributes"] is JsonArray attributes && attributes.Any(one => one!.GetValue<string>() == "Android");

    // Each happens once: they are flags, not a history.
    private static void Add(JsonArray events, string happened)
    {
        if (!events.Any(known => known!.GetValue<string>() == happened)) events.Add(happened);
    }
}
