namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>Under which names a message says whom it means: PassKit has three ways of it.</summary>
internal sealed record MemberAddress(string Message, string Id, string ExternalId, string ProgramId)
{
    public static MemberAddress Member { get; } = new("Member", "id", "externalId", "programId");

    public static MemberAddress Expiry { get; } = new("MemberExpiry", "id", "externalId", "programId");

    public static MemberAddress Points { get; } = new("SetPointsRequest", "id", "externalId", "programId");

    public static MemberAddress Person { get; } = new("PersonRequest", "id", "externalId", "classId");

    public static MemberAddress Email { get; } = new("EmailDistributionRequest", "id", "externalId", "classId");

    public static MemberAddress Tier { get; } = new("ChangeTierRequest", "memberId", "externalMemberId", "programId");
}
