using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Customers.Operators;

/// <summary>Writes times as RFC 3339 with a <c>Z</c>, to the millisecond: for people and scripts, not for storage.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
}
