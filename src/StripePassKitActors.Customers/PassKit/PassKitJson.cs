using System.Text.Json;
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
[JsonSerializable(typeof(EmailJson))]
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

/// <summary>What became of the pass on devices. What cannot be read of it is unknown: no pass fails for it.</summary>
internal sealed record PassMetaDataJson
{
    public string? Status { get; init; }

    [JsonConverter(typeof(DeviceTimeConverter))]
    public DateTimeOffset? FirstInstalledAt { get; init; }

    [JsonConverter(typeof(DeviceTimeConverter))]
    public DateTimeOffset? LastInstalledAt { get; init; }

    [JsonConverter(typeof(DeviceTimeConverter))]
    public DateTimeOffset? LastUninstalledAt { get; init; }
}

/// <summary>A time of proto3 JSON; the epoch, the zero of other languages, and whatever is no time are null.</summary>
internal sealed class DeviceTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.TryGetDateTimeOffset(out var moment) && moment.Year > 1970 ? moment.ToUniversalTime() : null;
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

internal sealed record MemberTierJson(string MemberId, string TierId);

internal sealed record MemberExpiryJson(string Id, DateTimeOffset ExpiryDate);

/// <summary>Nothing is told by a flag of its own: a zero counts as not said.</summary>
internal sealed record SetPointsJson(string Id, double? Points, uint? TierPoints, bool? ResetPoints, bool? ResetTierPoints);

internal sealed record TierJson(ExpirySettingsJson? ExpirySettings);

internal sealed record ExpirySettingsJson(string? ExpiryType);

internal sealed record IdJson(string? Id);

internal sealed record EmailJson(string Id, string Protocol);
