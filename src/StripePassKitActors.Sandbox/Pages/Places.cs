namespace StripePassKitActors.Sandbox.Pages;

/// <summary>The pages that link to each other, whichever app serves them.</summary>
/// <param name="All">In the order in which they are shown.</param>
public sealed record Places(IReadOnlyList<Place> All)
{
    /// <summary>The name of the shop's page.</summary>
    public const string Shop = "Shop";

    /// <summary>The name of the page of Stripe's dashboard.</summary>
    public const string Dashboard = "Dashboard";

    /// <summary>The name of the wallet's page.</summary>
    public const string Wallet = "Wallet";

    /// <summary>The name of the page of the emails that PassKit sent.</summary>
    public const string Mail = "Mail";

    /// <summary>The wallet alone, with its mail.</summary>
    public static Places WalletAlone { get; } = new([new Place(Wallet, "/"), new Place(Mail, "/mail")]);

    /// <summary>The shop and the dashboard, without a wallet.</summary>
    public static Places StripeAlone { get; } = new([new Place(Shop, "/"), new Place(Dashboard, "/dashboard")]);

    /// <summary>All of them, where these two apps are reached.</summary>
    /// <param name="stripe">The Stripe sandbox, e.g. <c>http://localhost:8082</c>.</param>
    /// <param name="passKit">The PassKit sandbox.</param>
    public static Places At(Uri stripe, Uri passKit) => new(
    [
        new Place(Shop, stripe.ToString()),
        new Place(Dashboard, new Uri(stripe, "/dashboard").ToString()),
        new Place(Wallet, passKit.ToString()),
        new Place(Mail, new Uri(passKit, "/mail").ToString()),
    ]);

    /// <summary>Where a place is; null if there is no such here.</summary>
    public string? UrlOf(string name) => All.FirstOrDefault(place => place.Name == name)?.Url;
}

/// <summary>One page to go to.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Url">Where it is; relative on its own app.</param>
public sealed record Place(string Name, string Url);
