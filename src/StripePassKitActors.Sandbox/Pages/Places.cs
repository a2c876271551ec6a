namespace StripePassKitActors.Sandbox.Pages;

/// <summary>The pages that link to each other, whichever app serves them.</summary>
/// <param name="All">In the order in which they are shown.</param>
public sealed record Places(IReadOnlyList<Place> All)
{
    /// <summary>The name of the wallet's page.</summary>
    public const string Wallet = "Wallet";

    /// <summary>The wallet alone.</summary>
    public static Places WalletAlone { get; } = new([new Place(Wallet, "/")]);
}

/// <summary>One page to go to.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Url">Where it is; relative on its own app.</param>
public sealed record Place(string Name, string Url);
