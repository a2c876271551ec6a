namespace StripePassKitActors.Ingress.Checkout;

/// <summary>What the buyer looks at the page with, as far as its User-Agent tells.</summary>
public enum Device
{
    /// <summary>None that holds passes: shows a code for one that does.</summary>
    Desktop,

    /// <summary>A Mac, or an iPad that calls itself one: it takes Apple's passes, and a phone may still be the better place.</summary>
    Mac,

    /// <summary>An iPhone or an iPad.</summary>
    Apple,

    /// <summary>An Android device.</summary>
    Android,
}

internal static class Devices
{
    /// <summary>Reads a User-Agent.</summary>
    public static Device Of(string userAgent)
    {
        if (Says("Android")) return Device.Android;
        if (Says("iPhone") || Says("iPad") || Says("iPod")) return Device.Apple;
        return Says("Macintosh") ? Device.Mac : Device.Desktop;

        bool Says(string word) => userAgent.Contains(word, StringComparison.Ordinal);
    }
}
