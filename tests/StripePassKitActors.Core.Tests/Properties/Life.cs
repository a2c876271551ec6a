using System.Collections.Immutable;
using CsCheck;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests.Properties;

/// <summary>One thing that happens; which object it happens to, and how, follows from the numbers.</summary>
internal readonly record struct Move(int Kind, int Which, int Size, int Gap);

/// <summary>
/// A customer's life in Stripe: what was true when, and the events that told of it. It stays within what a record keeps (35 days of closed
/// invoices, twenty disputes, two years of months), because beyond that order may matter.
/// </summary>
internal sealed class Life
{
    private const int Longest = 25;

    private static readonly DateTimeOffset Birth = new(2026, 3, 20, 9, 30, 0, TimeSpan.Zero); // the clocks of Berlin change in between

    private static readonly int[] Gaps = [0, 1, 3, 9, 11, 60, 3_600, 7_200, 43_200, 86_400];

    private static readonly string[] Prices = ["price_gold", "price_silver", "price_other"];

    private static readonly Gen<Move[]> Moves =
        Gen.Select(Gen.Int[0, 17], Gen.Int[0, 99], Gen.Int[1, 60_000], Gen.Int[0, Gaps.Length - 1], (kind, which, size, gap) => new Move(kind, which, size, gap)).Array[1, Longest];

    private readonly List<CustomerEvent> events = [];

    private readonly List<(DateTimeOffset At, IReadOnlyDictionary<string, Fact> Objects)> course = [];

    private ImmutableSortedDictionary<string, Fact> objects = ImmutableSortedDictionary<string, Fact>.Empty;

    private DateTimeOffset now = Birth;

    private Life(IEnumerable<Move> moves, int atLeast)
    {
        foreach (var move in moves)
        {
            now = now.AddSeconds(Gaps[move.Gap] + atLeast);
            Make(move);
            course.Add((now, objects));
        }
    }

    /// <summary>Lives in which several things may happen within a second.</summary>
    public static Gen<Life> Any { get; } = Moves.Select(moves => new Life(moves, 0));

    /// <summary>Lives whose events tell by their times which came first.</summary>
    public static Gen<Life> WithoutTies { get; } = Moves.Select(moves => new Life(moves, 1));

    /// <summary>What Stripe told, in the order in which it happened.</summary>
    public IReadOnlyList<CustomerEvent> Events => events;

    /// <summary>What was true when.</summary>
    public IReadOnlyList<(DateTimeOffset At, IReadOnlyDictionary<string, Fact> Objects)> Course => course;

    /// <summary>When the last thing happened.</summary>
    public DateTimeOffset End => now;

    /// <summary>What is true in the end.</summary>
    public IEnumerable<T> Truth<T>()
        where T : Fact => objects.Values.OfType<T>();

    /// <summary>When an event was made.</summary>
    public static DateTimeOffset At(CustomerEvent told) => told.Facts[0].AsOf.At;

    /// <summary>What Stripe answers at a moment to whoever asks for everything, or for one object in so many.</summary>
    public IReadOnlyList<Fact> Read(DateTimeOffset moment, int? one = null)
    {
        var asOf = AsOf.OfRead(moment);
        var then = course.LastOrDefault(step => step.At <= moment).Objects ?? ImmutableSortedDictionary<string, Fact>.Empty;
        Fact[] asked = [.. then.Values.Where(fact => fact is ChargeFact or SubscriptionFact or CustomerFact or PurchaseFact)];
        if (one is { } number && asked.Length > 0) asked = [asked[number % asked.Length]];
        return [.. asked.SelectMany(With).Select(fact => fact with { AsOf = asOf })];

        IEnumerable<Fact> With(Fact fact) => fact switch
        {
            ChargeFact charge =>
            [
                charge with { RefundsListed = true },
                .. then.Values.OfType<RefundFact>().Where(refund => refund.ChargeId == charge.Id),
                .. then.Values.OfType<DisputeFact>().Where(dispute => dispute.ChargeId == charge.Id).Select(dispute => dispute with { LostAt = DisputeFact.IsLost(dispute.Status) ? dispute.Created : null }),
            ],
            SubscriptionFact { Status: "past_due" } => [fact, .. then.Values.OfType<InvoiceFact>().Where(invoice => invoice.SubscriptionId == fact.Id && invoice.Open)],
            _ => [fact],
        };
    }

    public override string ToString() => string.Join(Environment.NewLine, events.Select(told => $"{At(told):MM-dd HH:mm:ss} {told.Id}: {string.Join("; ", told.Facts)}"));

    private void Make(Move move)
    {
        switch (move.Kind)
        {
            case 0 or 1: Charge(move); break;
            case 2: Capture(move); break;
            case 3 or 4: Refund(move); break;
            case 5: EndRefund(move); break;
            case 6: Dispute(move); break;
            case 7 or 8: AdvanceDispute(move); break;
            case 9: Subscribe(move); break;
            case 10 or 11 or 12: ChangeSubscription(move); break;
            case 13 or 14: Bill(move); break;
            case 15: Buy(move); break;
            case 16: Visit(move); break;
            default: Customer(move); break;
        }
    }

    private void Charge(Move move)
    {
        var failed = move.Which % 9 == 8;
        Tell(new ChargeFact
        {
            Id = Next("ch"),
            AsOf = Said(),
            Created = now.AddMonths(-(move.Which % 20)),
            Currency = move.Which % 3 == 0 ? "eur" : "usd",
            Amount = move.Size,
            Captured = failed || move.Which % 5 == 4 ? 0 : move.Size,
            AmountRefunded = 0,
            PaymentIntentId = move.Which % 2 == 0 ? Next("pi") : null,
            Succeeded = !failed,
        });
    }

    /// <summary>What is not captured is released, and Stripe calls that refunded, with a refund or without one.</summary>
    private void Capture(Move move)
    {
        if (Pick<ChargeFact>(move, charge => charge is { Succeeded: true, Captured: 0 }) is not { } authorised) return;
        var captured = move.Which % 2 == 0 ? authorised.Amount : Math.Max(1, authorised.Amount / 3);
        var released = authorised.Amount - captured;
        Tell(authorised with { AsOf = Said(), Captured = captured, AmountRefunded = released });
        if (released > 0) Keep(new RefundFact { Id = $"re_of_{authorised.Id}", AsOf = Said(), ChargeId = authorised.Id, Amount = released, Status = "succeeded" }, told: move.Which % 3 == 0);
    }

    private void Refund(Move move)
    {
        if (Pick<ChargeFact>(move, charge => Left(charge) > 0) is not { } charge) return;
        var amount = move.Which % 3 == 0 ? Left(charge) : Math.Min(move.Size, Left(charge));
        var refund = new RefundFact { Id = Next("re"), AsOf = Said(), ChargeId = charge.Id, Amount = amount, Status = move.Which % 2 == 0 ? "succeeded" : "pending" };
        var refunded = charge with { AsOf = refund.AsOf, AmountRefunded = charge.AmountRefunded + amount };
        if (move.Which % 5 == 0)
        {
            Tell(refunded, refund); // old versions list the refunds within their charge
            return;
        }

        Tell(refund);
        Tell(refunded with { AsOf = Said() });
    }

    private void EndRefund(Move move)
    {
        if (Pick<RefundFact>(move, refund => refund.Status is "pending" or "succeeded" && !refund.Id.StartsWith("re_of", StringComparison.Ordinal)) is not { } refund) return;
        var status = move.Which % 3 == 0 ? "succeeded" : move.Which % 3 == 1 ? "failed" : "canceled";
        Tell(refund with { AsOf = Said(), Status = status });
        if (status == "succeeded" || move.Which % 2 == 0) return;
        var charge = (ChargeFact)objects[refund.ChargeId];
        Tell(charge with { AsOf = Said(), AmountRefunded = charge.AmountRefunded - refund.Amount });
    }

    private void Dispute(Move move)
    {
        if (Pick<ChargeFact>(move, charge => charge.Captured > 0) is not { } charge) return;
        Tell(new DisputeFact
        {
            Id = Next("du"),
            AsOf = Said(),
            ChargeId = charge.Id,
            Amount = move.Which % 2 == 0 ? charge.Captured : Math.Min(move.Size, charge.Captured),
            Status = move.Which % 4 == 0 ? "warning_needs_response" : "needs_response",
            Created = now,
        });
    }

    private void AdvanceDispute(Move move)
    {
        string[] Following(string status) => status switch
        {
            "warning_needs_response" => ["warning_under_review", "warning_closed", "needs_response"],
            "needs_response" => ["under_review", "lost", "won", "prevented"],
            "under_review" => ["lost", "won"],
            "lost" => ["appeal_needs_response", "won"],
            "appeal_needs_response" => ["appeal_under_review", "lost"],
            "appeal_under_review" => ["lost", "won"],
            _ => [],
        };
        if (Pick<DisputeFact>(move, dispute => Following(dispute.Status).Length > 0) is not { } dispute) return;
        var next = Following(dispute.Status)[move.Size % Following(dispute.Status).Length];
        Tell(dispute with { AsOf = Said(), Status = next, LostAt = next == "lost" || next.StartsWith("appeal", StringComparison.Ordinal) ? now : null });
    }

    private void Subscribe(Move move) => Tell(new SubscriptionFact
    {
        Id = Next("sub"),
        AsOf = Said(),
        Status = new[] { "incomplete", "trialing", "active" }[move.Which % 3],
        Items = [Item(move)],
    });

    private void ChangeSubscription(Move move)
    {
        if (Pick<SubscriptionFact>(move, subscription => subscription.Status is not ("canceled" or "incomplete_expired")) is not { } subscription) return;
        var changed = (move.Size % 10) switch
        {
            0 => subscription with { Status = "canceled", EndedAt = now },
            1 => subscription with { CancelAtPeriodEnd = !subscription.CancelAtPeriodEnd },
            2 => subscription with { CancelAt = subscription.CancelAt is null ? now.AddDays(move.Which) : null },
            3 => subscription with { CollectionPaused = !subscription.CollectionPaused },
            4 => subscription with { Items = [Item(move)] },
            5 => subscription with { Status = "unpaid" },
            6 or 7 => subscription with { Status = "past_due", Items = [Item(move)] },
            _ => subscription with { Status = "active", Items = [subscription.Items[0] with { CurrentPeriodStart = now, CurrentPeriodEnd = now.AddMonths(1) }] },
        };
        Tell(changed with { AsOf = Said() });
    }

    private void Bill(Move move)
    {
        if (move.Size % 3 == 0 && Pick<InvoiceFact>(move, invoice => invoice.Open) is { } open)
        {
            Keep(open with { AsOf = Said(), Open = false }, told: false);
            Say(open with { AsOf = Said(), Open = false, FailedAt = null });
            return;
        }

        if (Pick<SubscriptionFact>(move, _ => true) is not { } subscription) return;
        var known = move.Size % 2 == 0 ? Pick<InvoiceFact>(move, invoice => invoice.Open) : null;
        var failed = (known ?? new InvoiceFact { Id = Next("in"), AsOf = Said(), SubscriptionId = subscription.Id, Created = now.AddHours(-1), Open = true }) with { AsOf = Said() };
        Keep(failed with { FailedAt = known?.FailedAt ?? now }, told: false);
        Say(failed with { FailedAt = now });
    }

    /// <summary>A charge and its purchase; of some the payment is told later.</summary>
    private void Buy(Move move)
    {
        if (move.Size % 4 == 0 && Pick<PurchaseFact>(move, purchase => purchase.Payment is not null) is { } known)
        {
            Tell(known with { AsOf = Said(), PaidAt = now });
            Keep(known with { AsOf = Said() }, told: false);
            return;
        }

        var intent = Next("pi");
        Tell(new ChargeFact { Id = Next("ch"), AsOf = Said(), Created = now, Currency = "usd", Amount = move.Size, Captured = move.Size, AmountRefunded = 0, PaymentIntentId = intent, Succeeded = true });
        var purchase = new PurchaseFact
        {
            Id = Next("cs"),
            AsOf = Said(),
            PaidAt = now,
            Payment = intent,
            Items = [new PurchasedItem { PriceId = Prices[move.Which % 3], Days = move.Which % 2 == 0 ? move.Which + 1 : null }],
        };
        Keep(purchase, told: false);
        Say(move.Which % 4 == 3 ? purchase with { Payment = null } : purchase);
        if (move.Which % 4 == 3)
        {
            now = now.AddSeconds(1);
            Say(purchase with { AsOf = Said(), PaidAt = now });
        }
    }

    private void Visit(Move move) => Say(new CheckoutSessionFact { Id = Next("cs_visit"), AsOf = Said(), Paid = move.Which % 2 == 0, Name = $"Ada {move.Which}", Email = move.Which % 3 == 0 ? null : "ada@example.com" });

    private void Customer(Move move)
    {
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        if (move.Which % 5 == 1) metadata = metadata.Add("passkit_pin_tier", "silver").Add("passkit_pin_until", "2026-04-10");
        if (move.Which % 7 == 1) metadata = metadata.Add("passkit_opt_out", "true");
        if (objects.GetValueOrDefault("cus_1") is CustomerFact { Deleted: true }) return;
        Tell(new CustomerFact { Id = "cus_1", AsOf = Said(), Email = $"ada{move.Which}@example.com", Deleted = move.Which == 99, Metadata = metadata });
    }

    private SubscriptionItem Item(Move move) => new() { PriceId = Prices[move.Which % 3], CurrentPeriodStart = now.AddDays(-1), CurrentPeriodEnd = now.AddDays(1 + (move.Which % 30)) };

    private long Left(ChargeFact charge) =>
        charge.Captured - objects.Values.OfType<RefundFact>().Where(refund => refund.ChargeId == charge.Id && refund.Status is "succeeded" or "pending" && refund.Id != $"re_of_{charge.Id}").Sum(refund => refund.Amount);

    private T? Pick<T>(Move move, Func<T, bool> fits)
        where T : Fact => objects.Values.OfType<T>().Where(fits).ToArray() is { Length: > 0 } found ? found[move.Which % found.Length] : null;

    private string Next(string kind) => $"{kind}_{events.Count:00}";

    private AsOf Said() => new(now, $"evt_{(events.Count * 37) % 101:000}_{events.Count}"); // ids tell no order

    private void Tell(params Fact[] facts)
    {
        foreach (var fact in facts) objects = objects.SetItem(fact.Id, fact);
        Say(facts);
    }

    private void Keep(Fact fact, bool told)
    {
        if (told) Tell(fact);
        else objects = objects.SetItem(fact.Id, fact);
    }

    private void Say(params Fact[] facts)
    {
        var asOf = Said();
        events.Add(new CustomerEvent(asOf.EventId, "test", [.. facts.Select(fact => fact with { AsOf = asOf })]));
    }
}
