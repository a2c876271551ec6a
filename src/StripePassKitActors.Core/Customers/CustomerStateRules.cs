using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Customers;

/// <summary>How a fact changes the state record. Each returns the same instance where the fact is older than what is known.</summary>
internal static class CustomerStateRules
{
    /// <summary>Ended subscriptions beyond this many are forgotten once no resent event can speak of them.</summary>
    private const int EndedSubscriptionsKept = 20;

    /// <summary>Purchases of the same things beyond this many cannot matter unless all the newer ones are undone.</summary>
    private const int AlikePurchasesKept = 20;

    /// <summary>Purchases that earn something; those beyond it that end last are kept.</summary>
    private const int PurchasesKept = 50;

    /// <summary>Purchases that earn nothing as tiers are set up now.</summary>
    private const int OtherPurchasesKept = 20;

    /// <summary>Lines of one purchase: as many as there can be, of three tiers, that grant something beside the others.</summary>
    private const int ItemsKept = 3;

    /// <summary>Open invoices of one subscription, the oldest: they start its grace.</summary>
    private const int OpenInvoicesKept = 10;

    private const int DisputesKept = 20;

    public static CustomerState With(this CustomerState state, SubscriptionFact fact)
    {
        var known = state.Subscriptions.FirstOrDefault(row => row.Id == fact.Id);
        var row = known?.With(fact) ?? fact;
        if (ReferenceEquals(row, known)) return state;

        var rows = known is null ? state.Subscriptions.Add(row) : state.Subscriptions.Replace(known, row);
        var newest = rows.Max(subscription => subscription.AsOf.At);
        var forgotten = rows
            .Where(subscription => subscription.IsTerminal)
            .OrderByDescending(EndOf)
            .ThenBy(subscription => subscription.Id, StringComparer.Ordinal)
            .Skip(EndedSubscriptionsKept)
            .Where(subscription => EndOf(subscription) < newest - CustomerState.ClosedInvoiceKept);
        return state with
        {
            Subscriptions = [.. rows.Except(forgotten).OrderBy(row => row.Id, StringComparer.Ordinal)],
            Invoices = row.IsTerminal ? state.Invoices.RemoveAll(invoice => invoice.SubscriptionId == row.Id) : state.Invoices,
        };

        // A reading shows all that ever ended, and as of now.
        static DateTimeOffset EndOf(SubscriptionFact ended) => ended.EndedAt ?? ended.AsOf.At;
    }

    public static CustomerState With(this CustomerState state, InvoiceFact fact)
    {
        // What is over is owed for no more.
        if (state.Subscriptions.Any(subscription => subscription.Id == fact.SubscriptionId && subscription.IsTerminal)) return state;

        var known = state.Invoices.FirstOrDefault(row => row.Id == fact.Id);
        var row = known?.With(fact) ?? fact;
        if (row == known) return state;

        var rows = known is null ? state.Invoices.Add(row) : state.Invoices.Replace(known, row);
        var newest = rows.Max(invoice => invoice.AsOf.At);
        var open = rows
            .Where(invoice => invoice.Open)
            .GroupBy(invoice => invoice.SubscriptionId)
            .SelectMany(owed => owed.OrderBy(invoice => invoice.Created).ThenBy(invoice => invoice.Id, StringComparer.Ordinal).Take(OpenInvoicesKept));
        var closed = rows.Where(invoice => !invoice.Open && invoice.AsOf.At >= newest - CustomerState.ClosedInvoiceKept);
        InvoiceFact[] kept = [.. open.Concat(closed).OrderBy(invoice => invoice.Id, StringComparer.Ordinal)];
        return kept.SequenceEqual(state.Invoices) ? state : state with { Invoices = [.. kept] };
    }

    public static CustomerState With(this CustomerState state, CheckoutSessionFact fact)
    {
        // A second session that is yet to be paid takes nothing from the first, and one that is read late nothing from a newer one.
        var newest = IsNewer(fact, state.Checkout) ? fact : state.Checkout!;
        var row = newest with { Paid = fact.Paid || state.Checkout is { Paid: true } };
        if (state.CheckoutSessions.Contains(fact.Id)) return row == state.Checkout ? state : state with { Checkout = row };

        // By id, so that the order in which they came does not matter.
        return state with
        {
            Checkout = row,
            CheckoutSessions = [.. state.CheckoutSessions.Add(fact.Id).Order(StringComparer.Ordinal).TakeLast(CustomerState.CheckoutSessionsKept)],
        };
    }

    private static bool IsNewer(CheckoutSessionFact fact, CheckoutSessionFact? known) =>
        known is not null && known.Id != fact.Id && known.Created is { } begun && fact.Created is { } other && begun != other ? other > begun : fact.Beats(known);

    /// <param name="state">The record.</param>
    /// <param name="fact">What was bought.</param>
    /// <param name="undone">Whether its payment is undone.</param>
    /// <param name="earns">The rank of the tier that a line maps to, null: none. What earns is kept before all else.</param>
    public static CustomerState With(this CustomerState state, PurchaseFact fact, bool undone, Func<PurchasedItem, int?> earns)
    {
        if (fact.Items.Length > ItemsKept) fact = fact with { Items = MostEarning(fact.Items, earns) };
        var known = state.Purchases.FirstOrDefault(purchase => purchase.Id == fact.Id);
        var row = known?.With(fact) ?? fact;

        // What is asked for is the fact's payment: a row whose payment no event told may learn only now that it was undone.
        if (known is null || (fact.Payment is not null && row.Undone != undone)) row = row with { Undone = undone };

        // Of what is yet to be read the event knows when it was paid.
        if (ReferenceEquals(row, known) || (known is null && row is { Items.IsEmpty: true, IsIncomplete: false })) return state;

        var rows = known is null ? state.Purchases.Add(row) : state.Purchases.Replace(known, row);
        var kept = rows
            .OrderByDescending(purchase => purchase.PaidAt)
            .ThenByDescending(purchase => purchase.Id, StringComparer.Ordinal)
            .GroupBy(purchase => string.Join(' ', purchase.Items.Select(item => (item.PriceId, item.ProductId, item.MetadataTier, item.ProductTier, item.Days))))
            .SelectMany(alike => alike.Take(AlikePurchasesKept))
            .GroupBy(purchase => purchase.Items.Any(line => earns(line) is not null))
            .SelectMany(rows => rows
                .OrderByDescending(EndOf)
                .ThenByDescending(purchase => purchase.PaidAt)
                .ThenByDescending(purchase => purchase.Id, StringComparer.Ordinal)
                .Take(rows.Key ? PurchasesKept : OtherPurchasesKept));
        return state with { Purchases = [.. kept.OrderBy(purchase => purchase.Id, StringComparer.Ordinal)] };

        // What earns nothing has no end either: it may, once somebody maps its price.
        DateTimeOffset EndOf(PurchaseFact purchase) => purchase.Items.Where(line => earns(line) is not null).ToArray() is { Length: > 0 } lines
            ? lines.Max(line => line.Days is { } days ? purchase.PaidAt.AddDays(days) : DateTimeOffset.MaxValue)
            : DateTimeOffset.MaxValue;
    }

    /// <summary>
    /// The lines of a long purchase that are kept: first those beside which no other grants as good a tier for as long, then what else earns, then what
    /// may, once somebody maps its price.
    /// </summary>
    private static ImmutableArray<PurchasedItem> MostEarning(ImmutableArray<PurchasedItem> lines, Func<PurchasedItem, int?> earns)
    {
        var ranked = lines.Select(line => (Line: line, Rank: earns(line), Days: line.Days ?? int.MaxValue)).ToArray();
        return
        [
            .. ranked
                .Select((one, at) => (one.Line, Beside: one.Rank is null ? int.MaxValue : ranked
                    .Where((other, place) => other.Rank >= one.Rank && other.Days >= one.Days && (other.Rank > one.Rank || other.Days > one.Days || place < at))
                    .Count()))
                .OrderBy(one => one.Beside)
                .Take(ItemsKept)
                .Select(one => one.Line),
        ];
    }

    /// <summary>The purchases after one of these payments was undone, or stands again (rule B3).</summary>
    public static CustomerState WithPayment(this CustomerState state, IReadOnlyCollection<string> payments, bool undone)
    {
        if (!state.Purchases.Any(Changes)) return state;
        return state with { Purchases = [.. state.Purchases.Select(purchase => Changes(purchase) ? purchase with { Undone = undone } : purchase)] };

        bool Changes(PurchaseFact purchase) => purchase.Payment is { } payment && payments.Contains(payment) && purchase.Undone != undone;
    }

    /// <summary>The totals after a charge counts differently from before.</summary>
    public static CustomerState WithSpend(this CustomerState state, ChargeFact charge, long added, long addedRefunds, TimeZoneInfo zone)
    {
        if (added == 0 && addedRefunds == 0) return state;
        var known = state.Spend.FirstOrDefault(row => row.Currency == charge.Currency);
        var total = new Spend(charge.Currency, checked((known?.Amount ?? 0) + added), checked((known?.Refunds ?? 0) + addedRefunds));
        var month = Calendar.MonthOf(charge.Created, zone);
        var knownMonth = state.Months.FirstOrDefault(row => row.Month == month && row.Currency == charge.Currency);
        var monthly = new MonthSpend(month, charge.Currency, (knownMonth?.Amount ?? 0) + added, (knownMonth?.Refunds ?? 0) + addedRefunds);
        return state with
        {
            Spend =
            [
                .. state.Spend.Where(row => row != known).Append(total)
                    .Where(row => row.Amount != 0 || row.Refunds != 0)
                    .OrderBy(row => row.Currency, StringComparer.Ordinal),
            ],
            Months = WithinReach(state.Months.Where(row => row != knownMonth).Append(monthly), state.LastPaidAt, zone),
        };
    }

    /// <summary>The newest successful charge, and no month that a window from it on cannot reach.</summary>
    public static CustomerState WithPaid(this CustomerState state, ChargeFact charge, TimeZoneInfo zone)
    {
        if (charge is not { Succeeded: true, Captured: > 0 } || charge.Created <= state.LastPaidAt) return state;
        return state with { LastPaidAt = charge.Created, Months = WithinReach(state.Months, charge.Created, zone) };
    }

    /// <summary>The disputes that suspend, after a charge's disputes changed.</summary>
    public static CustomerState WithDisputes(this CustomerState state, ImmutableArray<DisputeFact> disputes)
    {
        if (disputes.IsEmpty) return state;
        var ids = disputes.Select(dispute => dispute.Id).ToHashSet(StringComparer.Ordinal);
        SuspendingDispute[] rows =
        [
            .. state.Disputes.Where(row => !ids.Contains(row.Id))
                .Concat(disputes.Where(dispute => dispute.IsOut).Select(dispute => new SuspendingDispute(dispute.Id, dispute.Created, dispute.LostAt)))
                .OrderByDescending(row => row.LostAt ?? row.OpenedAt)
                .ThenByDescending(row => row.Id, StringComparer.Ordinal)
                .Take(DisputesKept)
                .OrderBy(row => row.Id, StringComparer.Ordinal),
        ];
        return rows.SequenceEqual(state.Disputes) ? state : state with { Disputes = [.. rows] };
    }

    private static ImmutableArray<MonthSpend> WithinReach(IEnumerable<MonthSpend> months, DateTimeOffset? newest, TimeZoneInfo zone)
    {
        var first = newest is { } moment ? Calendar.Before(Calendar.MonthOf(moment, zone), CustomerState.MonthsKept - 1) : int.MinValue;
        return
        [
            .. months
                .Where(row => row.Month >= first && (row.Amount != 0 || row.Refunds != 0))
                .OrderByDescending(row => row.Month)
                .ThenBy(row => row.Currency, StringComparer.Ordinal),
        ];
    }

    public static CustomerState WithAwaited(this CustomerState state, int added) => state with { AwaitedCharges = state.AwaitedCharges + added };

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
