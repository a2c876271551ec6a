namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>Ids as PassKit makes them: 22 letters and digits. The seed makes a run repeatable.</summary>
internal sealed class PassIds(int seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#pragma warning disable CA5394 // Nothing is kept secret by these ids: repeatable is what they have to be.
    private readonly Random chance = new(seed);

    public string Next() => new(chance.GetItems<char>(Alphabet, 22));

    /// <summary>A signing secret as PassKit shows it: 64 bytes, in base64.</summary>
    public string Secret()
    {
        var bytes = new byte[64];
        chance.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
#pragma warning restore CA5394
}
