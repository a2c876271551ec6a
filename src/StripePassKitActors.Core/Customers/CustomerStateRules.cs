using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Customers;

/// <summary>How a fact changes the state record. Each returns the same instance where the fact is older than what is known.</summary>
internal static class CustomerStateRules
{
    /// <summary>Ended subscriptions beyond this many are forgotten once no resent event can speak of them.</summary>
    private const int EndedSubscriptionsKept = 20;

    public static CustomerState With(this CustomerState state, SubscriptionFact fact)
    {
        var known = state.Subscriptions.FirstOrDefault(row => row.Id == fact.Id);
        if (!fact.Beats(known)) return state;

        var rows = known is null ? state.Subscriptions.Add(fact) : state.Subscriptions.Replace(known, fact);
        var newest = rows.Max(row => row.AsOf.At);
        var forgotten = rows
            .Where(row => row.IsTerminal)
            .OrderByDescending(row => row.AsOf.At)
            .ThenBy(row => row.Id, StringComparer.Ordinal)
            .Skip(EndedSubscriptionsKept)
            .Where(row => row.AsOf.At < newest - CustomerState.ClosedInvoiceKept);
        return state with { Subscriptions = [.. rows.Except(forgotten).OrderBy(row => row.Id, StringComparer.Ordinal)] };
    }

    public static CustomerState With(this CustomerState state, InvoiceFact fact)
    {
        var known = state.Invoices.FirstOrDefault(row => row.Id == fact.Id);
        var row = known?.With(fact) ?? fact;
        if (row == known) return state;

        var rows = known is null ? state.Invoices.Add(row) : state.Invoices.Replace(known, row);
        var newest = rows.Max(invoice => invoice.AsOf.At);
        return state with
        {
            Invoices =
            [
                .. rows
                    .Where(invoice => invoice.Open || invoice.AsOf.At >= newest - CustomerState.ClosedInvoiceKept)
                    .OrderBy(invoice => invoice.Id, StringComparer.Ordinal),
            ],
        };
    }

    public static CustomerState WithSpend(this CustomerState state, string currency, long added)
    {
        if (added == 0) return state;
        var known = state.Spend.FirstOrDefault(row => row.Currency == currency);
        var row = new Spend(currency, checked((known?.Amount ?? 0) + added));
        var rows = known is null ? state.Spend.Add(row) : state.Spend.Replace(known, row);
        return state with { Spend = [.. rows.OrderBy(spend => spend.Currency, StringComparer.Ordinal)] };
    }

    public static CustomerState WithAwaited(this CustomerState state, int added) =>
        added == 0 ? state : state with { AwaitedCharges = state.AwaitedCharges + added };

    public static CustomerState WithPaid(this CustomerState state, ChargeFact charge) =>
        charge is { Succeeded: true, Captured: > 0 } && !(state.LastPaidAt >= charge.Created) ? state with { LastPaidAt = charge.Created } : state;

    public static CustomerState WithNewest(this CustomerState state, ChargeFact charge)
    {
        if (state.NewestCharges.Any(row => row.Id == charge.Id)) return state;
        return state with
        {
            NewestCharges =
            [
                .. state.NewestCharges
                    .Add(new ChargeReference(charge.Id, charge.Created))
                    .OrderByDescending(row => row.Created)
                    .ThenByDescending(row => row.Id, StringComparer.Ordinal)
                    .Take(CustomerState.NewestChargesKept),
            ],
        };
    }
}
