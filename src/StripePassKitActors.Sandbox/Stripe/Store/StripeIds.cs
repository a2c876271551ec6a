using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>Ids that look like Stripe's and are the same in every run: made of a seed and a number that never comes twice.</summary>
internal static class StripeIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Make(string prefix, int seed, long number)
    {
        var chance = SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {number}")));
        return $"{prefix}_{string.Concat(chance.Take(24).Select(part => Alphabet[part % Alphabet.Length]))}";
    }
}
