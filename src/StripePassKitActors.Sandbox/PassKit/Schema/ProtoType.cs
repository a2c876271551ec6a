using System.Collections.Frozen;

namespace StripePassKitActors.Sandbox.PassKit.Schema;

/// <summary>What a field of a PassKit message may hold, as far as its JSON form goes.</summary>
internal abstract record ProtoType
{
    internal sealed record Text : ProtoType;

    internal sealed record Flag : ProtoType;

    /// <summary>A whole number between two bounds; 64-bit ones travel as strings.</summary>
    internal sealed record Whole(decimal Least, decimal Most, bool IsLong) : ProtoType;

    /// <summary>A float or a double.</summary>
    internal sealed record Fraction(bool IsSingle) : ProtoType;

    internal sealed record Moment : ProtoType;

    internal sealed record Choice(FrozenDictionary<string, int> Values) : ProtoType;

    internal sealed record Message(string Name) : ProtoType;

    internal sealed record Many(ProtoType Of) : ProtoType;

    internal sealed record Map(ProtoType Of) : ProtoType;
}
