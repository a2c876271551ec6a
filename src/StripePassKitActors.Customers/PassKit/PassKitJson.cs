using System.Text.Json.Serialization;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>PassKit's messages, as far as they are used: proto3 JSON, lowerCamelCase; what is null is not sent.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberJson))]
[JsonSerializable(typeof(MemberTierJson))]
[JsonSerializable(typeof(MemberExpiryJson))]
[JsonSerializable(typeof(SetPointsJson))]
[JsonSerializable(typeof(TierJson))]
[JsonSerializable(typeof(IdJson))]
internal sealed partial class PassKitJson : JsonSerializerContext;

internal sealed record MemberJson
{
    public string? Id { get; init; }

    public string? ExternalId { get; init; }

    public string? ProgramId { get; init; }

    public string? TierId { get; init; }

    public PersonJson? Person { get; init; }

    public IReadOnlyDictionary<string, string>? MetaData { get; init; }

    public DateTimeOffset? ExpiryDate { get; init; }

    public double? Points { get; init; }

    public uint? TierPoints { get; init; }

    public string? Status { get; init; }

    public PassMetaDataJson? PassMetaData { get; init; }
}

internal sealed record PersonJson(string? DisplayName, string? EmailAddress, string? MobileNumber);

internal sealed record PassMetaDataJson(string? Status);

internal sealed record MemberTierJson(string MemberId, string TierId);

internal sealed record MemberExpiryJson(string Id, DateTimeOffset ExpiryDate);

/// <summary>Nothing is told by a flag of its own: a zero counts as not said.</summary>
internal sealed record SetPointsJson(string Id, double? Points, uint? TierPoints, bool? ResetPoints, bool? ResetTierPoints);

internal sealed record TierJson(ExpirySettingsJson? ExpirySettings);

internal sealed record ExpirySettingsJson(string? ExpiryType);

internal sealed record IdJson(string? Id);
