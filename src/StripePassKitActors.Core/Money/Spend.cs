using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Money;

/// <summary>Net spend in one currency, in its minor units. Gross of tax and shipping (rule M6).</summary>
/// <param name="Currency">Three lower-case letters.</param>
/// <param name="Amount">Net of refunds and disputes; never negative.</param>
/// <param name="Refunds">What refunds took off (rule M7).</param>
public sealed record Spend(
    string Currency,
    long Amount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Refunds = 0);
