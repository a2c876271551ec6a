using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>The pass of a checkout as <c>GET /checkout/pass</c> and the events tell it. Nothing in it names the buyer or what else they bought.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Url">PassKit's page of the pass, which knows what to do on any device; null unless it is ready.</param>
/// <param name="AppleUrl">Adds it to Apple Wallet; null unless it is ready.</param>
/// <param name="GoogleUrl">Adds it to Google Wallet; null unless it is ready.</param>
/// <param name="Settled">Whether asking again is of no use.</param>
public sealed record ShownPass(CheckoutState State, string? Url, string? AppleUrl, string? GoogleUrl, bool Settled)
{
    /// <summary>The pass as customers tells it.</summary>
    public static ShownPass Of(BoughtPass pass) => pass is { State: CheckoutState.Ready, Url: { } url }
        ? new(pass.State, url, $"{url}.pkpass", $"{url}.gpay", pass.Settled)
        : new(pass.State, null, null, null, pass.Settled);
}
