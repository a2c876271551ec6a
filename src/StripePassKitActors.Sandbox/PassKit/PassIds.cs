namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>Ids as PassKit makes them: 22 letters and digits. The seed makes a run repeatable.</summary>
internal sealed class PassIds(int seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#pragma warning disable CA5394 // Nothing is kept secret by these ids: repeatable is what they have to be.
    private readonly Random chance = new(seed);

    public string Next() => new(chance.GetItems<char>(Alphabet, 22));
#pragma warning restore CA5394
}
