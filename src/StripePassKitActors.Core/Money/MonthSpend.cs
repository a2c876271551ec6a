using System.Text.Json;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Money;

/// <summary>Net spend in one currency by charges of one month (rule M6). Stored as <c>[202611,"usd",1000]</c>: every turn reads and writes two years of it.</summary>
/// <param name="Month">Year × 100 + month, in the time zone of the settings.</param>
/// <param name="Currency">Three lower-case letters.</param>
/// <param name="Amount">Net of refunds and disputes, in minor units.</param>
/// <param name="Refunds">What refunds took off (rule M7).</param>
[JsonConverter(typeof(Converter))]
public sealed record MonthSpend(int Month, string Currency, long Amount, long Refunds)
{
    private sealed class Converter : JsonConverter<MonthSpend>
    {
        public override MonthSpend Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var row = JsonDocument.ParseValue(ref reader);
            var cells = row.RootElement;
            return new MonthSpend(cells[0].GetInt32(), cells[1].GetString()!, cells[2].GetInt64(), cells.GetArrayLength() > 3 ? cells[3].GetInt64() : 0);
        }

        public override void Write(Utf8JsonWriter writer, MonthSpend value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Month);
            writer.WriteStringValue(value.Currency);
            writer.WriteNumberValue(value.Amount);
            if (value.Refunds != 0) writer.WriteNumberValue(value.Refunds);
            writer.WriteEndArray();
        }
    }
}
