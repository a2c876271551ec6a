using StripePassKitActors.Simulation.Oracle;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>Objects in a few words.</summary>
internal static class Lines
{
    public static string Of(StripeObject shown) => shown switch
    {
        Shopper shopper => $"customer{(shopper.Deleted ? ", deleted" : "")} {string.Join(" ", shopper.Metadata.Select(pair => $"{pair.Key}={pair.Value}"))}",
        Subscription row => $"{row.Id} {row.Status}, {string.Join(" + ", row.Items.Select(item => $"{item.Quantity} {item.Price.Id}"))}, {Judge.Moment(row.PeriodStart)} to {Judge.Moment(row.PeriodEnd)}"
            + $"{(row.CancelAt is { } end ? $", cancels at {Judge.Moment(end)}" : "")}{(row.CollectionPaused ? ", collection paused" : "")}",
        Invoice row => $"{row.Id} {row.Status}, {row.Amount} {row.Currency} of {row.Subscription}",
        Charge row => $"{row.Id} {row.Status}, {row.Captured} of {row.Amount} {row.Currency} captured, {row.AmountRefunded} refunded, of {row.Customer ?? "nobody"}",
        Session row => $"{row.Id} {row.Mode}, {(row.Paid ? "paid" : "unpaid")}{(row.Tier is null ? "" : $", {row.Tier} for {row.Days} days")}{(row.Line is null ? "" : $", of {row.Line.Id}")}",
        Bill row => $"{row.Id} paid, {row.Line.Id}{(row.Tier is null ? "" : $", {row.Tier} for {row.Days} days")}",
        Dispute row => $"{row.Id} {row.Status}, {row.Amount} of {row.Charge}",
        Refund row => $"{row.Id} {row.Status}, {row.Amount} of {row.Charge}",
        ForSale { IsProduct: true } row => $"{row.Id} {row.Price.ProductTier ?? "no tier"} for {row.Price.ProductDays} days",
        ForSale row => $"{row.Id} {row.Price.MetadataTier ?? "no tier"} for {row.Price.GrantedDays} days",
        _ => shown.Id,
    };
}
