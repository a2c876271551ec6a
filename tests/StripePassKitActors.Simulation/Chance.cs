namespace StripePassKitActors.Simulation;

/// <summary>Chance that hangs on a name and not on what was drawn before: what is left out of a story changes nothing of the rest.</summary>
internal static class Chance
{
    /// <summary>A number that looks random and is always the same for the same name.</summary>
    public static ulong Of(ulong seed, ulong one, ulong two = 0) => Mixed(Mixed(Mixed(seed) ^ one) ^ two);

    /// <summary>The same, by text.</summary>
    public static ulong Of(ulong seed, string name, ulong number = 0)
    {
        var hash = Mixed(seed);
        foreach (var letter in name) hash = (hash ^ letter) * 0x100000001B3;
        return Mixed(hash ^ (number * 0x9E3779B9));
    }

    /// <summary>Between zero and one.</summary>
    public static double Share(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    /// <summary>A sequence of its own.</summary>
    public static Random Sequence(ulong hash) => new(unchecked((int)Mixed(hash)));

    // The finaliser of SplitMix64.
    private static ulong Mixed(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
