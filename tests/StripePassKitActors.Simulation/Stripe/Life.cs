using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Stripe;

/// <summary>One customer's part of the Stripe account: what people do to it (<see cref="Do"/>) and what Stripe does by itself (<see cref="PassTime"/>).</summary>
internal sealed class Life(LifePlan plan, ulong seed, Shop shop, Action<StripeEvent> say)
{
    private const long Hour = 3600;
    private const long Day = 24 * Hour;
    private const int MostRetries = 3;
    private const int DaysToPay = 10;

    private readonly Dictionary<string, Retrying> retries = [];
    private readonly Dictionary<string, (long At, string Subscription)> drafts = [];
    private readonly Dictionary<string, long> sent = [];
    private bool cardWorks = true;
    private bool spreads;
    private long clock;
    private string context = "";
    private int said;
    private int made;

    public LifePlan Plan => plan;

    /// <summary>Where it buys.</summary>
    public Shop Shop => shop;

    /// <summary>Its newest second: what happens within one step takes a while.</summary>
    public long Clock => clock;

    public string CustomerId { get; } = $"cus_{plan.Number}";

    public Shopper? Shopper { get; private set; }

    public SortedDictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Invoice> Invoices { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Charge> Charges { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Refund> Refunds { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Dispute> Disputes { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Session> Sessions { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, Bill> Bills { get; } = new(StringComparer.Ordinal);

    /// <summary>When something of it last changed, by the world's clock.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>When Stripe next does something by itself; null: nothing is due.</summary>
    public long? NextDue => Dues().Select(due => (long?)due.At).Min();

    /// <summary>Does a step at its moment.</summary>
    public void Do(Step step)
    {
        var chance = Chance.Sequence(Chance.Of(seed, (ulong)step.Salt, (ulong)plan.Number));
        Begin(step.At, $"s{step.Salt}", chance.Next(2) == 0);
        if (Shopper is { Deleted: true }) return;
        if (Shopper is null)
        {
            Shopper = new Shopper(CustomerId) { Created = clock, Name = $"Person {plan.Number}", Email = $"person{plan.Number}@example.com" };
            Say("customer.created", Shopper);
        }

        switch (step.Act)
        {
            case Act.Subscribe:
                Subscribe(chance);
                break;
            case Act.AddItem when Running(chance) is { Items.Length: < 4 } subscription:
                Change(subscription with { Items = subscription.Items.Add(new SubscriptionItem(New("si"), PriceLike(subscription, chance), 1)) });
                break;
            case Act.SwapPrice when Running(chance) is { } subscription:
                Change(subscription with { Items = subscription.Items.SetItem(0, subscription.Items[0] with { Price = PriceLike(subscription, chance) }) });
                break;
            case Act.SetQuantity when Running(chance) is { } subscription:
                Change(subscription with { Items = subscription.Items.SetItem(0, subscription.Items[0] with { Quantity = chance.Next(4) }) });
                break;
            case Act.CardFails:
                cardWorks = false;
                break;
            case Act.CardWorks:
                cardWorks = true;
                break;
            case Act.PayNow:
                cardWorks = true;
                foreach (var owing in Owing()) Collect(owing);
                break;
            case Act.PayOutOfBand:
                foreach (var owing in Owing()) Settle(owing, "paid");
                break;
            case Act.CancelAtPeriodEnd when Running(chance) is { } subscription:
                Change(subscription with { CancelAtPeriodEnd = true, CancelAt = subscription.PeriodEnd, CanceledAt = clock });
                break;
            case Act.CancelAt when Running(chance) is { } subscription:
                Change(subscription with { CancelAtPeriodEnd = false, CancelAt = clock + (chance.Next(1, 60) * Day), CanceledAt = clock });
                break;
            case Act.Uncancel when Running(chance) is { CancelAt: not null } subscription:
                Change(subscription with { CancelAtPeriodEnd = false, CancelAt = null, CanceledAt = null });
                break;
            case Act.CancelNow when Alive(chance) is { } subscription:
                Cancel(subscription);
                break;
            case Act.PauseCollection when Running(chance) is { } subscription:
                Change(subscription with { CollectionPaused = true });
                break;
            case Act.ResumeCollection:
                foreach (var paused in Subscriptions.Values.Where(row => row is { CollectionPaused: true, Over: false }).ToArray()) Change(paused with { CollectionPaused = false });
                break;
            case Act.Pause when Running(chance) is { } subscription:
                Change(subscription with { Status = "paused" }, "customer.subscription.paused");
                break;
            case Act.Resume:
                foreach (var paused in Subscriptions.Values.Where(row => row.Status == "paused").ToArray()) Resume(paused);
                break;
            case Act.Buy:
                Buy(chance);
                break;
            case Act.BuyTier:
                BuyTier(chance);
                break;
            case Act.PayBill:
                PayBill(chance);
                break;
            case Act.Dispute:
                Contest(chance);
                break;
            case Act.MoveDispute:
                MoveDispute(chance);
                break;
            case Act.Authorise:
                Say("charge.succeeded", Keep(NewCharge(CustomerId, chance.Next(500, 9_000), Currency(chance)) with { Captured = 0 }));
                break;
            case Act.Capture when Charges.Values.LastOrDefault(row => row is { Status: "succeeded", Captured: 0, AmountRefunded: 0, Amount: > 0 }) is { } charge:
                Capture(charge, chance);
                break;
            case Act.BuyAsGuest:
                BuyAsGuest(chance);
                break;
            case Act.GuestGetsCustomer when Charges.Values.LastOrDefault(row => row.Customer is null) is { } charge:
                Say("charge.updated", Keep(charge with { Customer = CustomerId }), gained: true);
                break;
            case Act.Refund:
                GiveBack(chance);
                break;
            case Act.SettleRefund when Refunds.Values.LastOrDefault(row => row.Status == "pending") is { } refund:
                Say("refund.updated", Follow(refund with { Status = "succeeded" }));
                break;
            case Act.FailRefund:
                FailRefund();
                break;
            case Act.EditProfile:
                Edit(Shopper with
                {
                    Name = chance.Next(3) == 0 ? null : $"Person {plan.Number} the {step.Salt}th",
                    Email = $"person{plan.Number}.{chance.Next(9)}@example.com",
                    Phone = chance.Next(2) == 0 ? null : $"+49 30 {chance.Next(100_000, 999_999)}",
                });
                break;
            case Act.Pin:
                var pinned = Shopper.Metadata.SetItem("passkit_pin_tier", chance.Next(2) == 0 ? "gold" : "bronze").Remove("passkit_pin_until");
                Edit(Shopper with
                {
                    Metadata = chance.Next(2) == 0 ? pinned : pinned.SetItem("passkit_pin_until", DateTimeOffset.FromUnixTimeSeconds(clock + (chance.Next(2, 90) * Day)).ToString("yyyy-MM-dd", null)),
                });
                break;
            case Act.Unpin:
                Edit(Shopper with { Metadata = Shopper.Metadata.Remove("passkit_pin_tier").Remove("passkit_pin_until") });
                break;
            case Act.OptOut:
                Edit(Shopper with { Metadata = Shopper.Metadata.SetItem("passkit_opt_out", "yes") });
                break;
            case Act.OptIn:
                Edit(Shopper with { Metadata = Shopper.Metadata.Remove("passkit_opt_out") });
                break;
            case Act.Delete:
                if (chance.Next(2) == 0) Buy(chance); // what is told of it may come after the end
                foreach (var alive in Subscriptions.Values.Where(row => !row.Over).ToArray()) Cancel(alive);
                Shopper = Shopper with { Deleted = true };
                Say("customer.deleted", Shopper);
                break;
        }
    }

    /// <summary>Everything that Stripe does by itself up to that moment.</summary>
    public void PassTime(long until)
    {
        while (Dues().Where(due => due.At <= until).OrderBy(due => due.At).ThenBy(due => due.Name, StringComparer.Ordinal).FirstOrDefault() is { Act: not null } due)
        {
            Begin(due.At, $"t{due.At}{due.Name}", spread: false);
            due.Act();
        }
    }

    /// <summary>What the shop's prices say of themselves has changed. Its customers are told nothing of it.</summary>
    public void Reprice()
    {
        foreach (var row in Subscriptions.Values.Where(row => !row.Over).ToArray())
        {
            var items = shop.Now(row.Items);
            if (!items.SequenceEqual(row.Items)) Keep(row with { Items = items });
        }
    }

    private IEnumerable<(long At, string Name, Action Act)> Dues()
    {
        foreach (var row in Subscriptions.Values)
        {
            switch (row.Status)
            {
                case "incomplete":
                    yield return (row.Created + (23 * Hour), row.Id, () => ExpireIncomplete(row));
                    break;
                case "active" or "trialing" or "past_due" or "unpaid":
                    if (row.CancelAt is { } end && end <= row.PeriodEnd) yield return (end, row.Id, () => Cancel(row));
                    else yield return (row.PeriodEnd, row.Id, () => Renew(row));
                    break;
            }
        }

        foreach (var (id, due) in sent) yield return (due, id, () => FallDue(id));
        foreach (var (id, draft) in drafts) yield return (draft.At, id, () => Finalise(id));
        foreach (var (id, retry) in retries) yield return (retry.At, id, () => Retry(id));
    }

    private void Subscribe(Random chance)
    {
        var price = shop.Now(Catalogue.Prices[chance.Next(Catalogue.Prices.Length)]);
        var trial = chance.Next(4) == 0 ? chance.Next(3, 31) * Day : 0;
        var sends = trial == 0 && Chance.Of(seed, $"{plan.Number}{context}", 7) % 6 == 0;
        var row = Keep(new Subscription(New("sub"))
        {
            Customer = CustomerId,
            Status = trial > 0 ? "trialing" : sends ? "active" : "incomplete",
            Sends = sends,
            Created = clock,
            Items = [new SubscriptionItem(New("si"), price, chance.Next(8) == 0 ? 0 : chance.Next(1, 4))],
            PeriodStart = clock,
            PeriodEnd = clock + (trial > 0 ? trial : price.Days * Day),
            TrialEnd = trial > 0 ? clock + trial : null,
        });
        Say("customer.subscription.created", row);
        if (trial > 0) return;

        var invoice = Keep(new Invoice(New("in")) { Customer = CustomerId, Subscription = row.Id, Status = "open", Created = clock, Amount = Due(row), Currency = price.Currency });
        if (sends)
        {
            Send(invoice);
            return;
        }

        if (chance.Next(3) > 0) Say("invoice.finalized", invoice);
        Linger(chance);
        if (chance.Next(6) == 0) return; // left at the bank's question; paid later with PayNow, or never

        Collect(invoice);
        if (chance.Next(3) > 0 || !cardWorks) return;
        Say("checkout.session.completed", Keep(new Session(New("cs")) { Customer = CustomerId, Mode = "subscription", Created = clock, Name = "Typed Name", Email = "typed@example.com" }));
    }

    private void BuyTier(Random chance)
    {
        var line = shop.Now(Catalogue.Single[chance.Next(Catalogue.Single.Length)]);
        var named = chance.Next(2) == 0;
        var charge = NewCharge(CustomerId, line.Amount, line.Currency);
        var session = Keep(new Session(New("cs"))
        {
            Customer = CustomerId,
            Mode = "payment",
            Created = clock,
            Intent = charge.Intent,
            Tier = named ? (chance.Next(2) == 0 ? "gold" : "silver") : null,
            Days = named && chance.Next(3) > 0 ? chance.Next(5, 120) : null,
            Line = line,
            Paid = false,
        });
        if (chance.Next(6) == 0)
        {
            Say("checkout.session.completed", session);
            Linger(chance);
            session = Keep(session with { Paid = true, PaidAt = clock, ChargedAt = charge.Created });
            Say("charge.succeeded", Keep(charge));
            Say("checkout.session.async_payment_succeeded", session);
            return;
        }

        Say("charge.succeeded", Keep(charge));
        Say("checkout.session.completed", Keep(session with { Paid = true, PaidAt = clock }));
    }

    private void PayBill(Random chance)
    {
        var line = shop.Now(Catalogue.Single[chance.Next(Catalogue.Single.Length)]);
        var named = chance.Next(3) == 0;
        var charge = Keep(NewCharge(CustomerId, line.Amount, line.Currency));
        var bill = new Bill(New("in"))
        {
            Customer = CustomerId,
            PaidAt = clock,
            Intent = charge.Intent,
            Tier = named ? "gold" : null,
            Days = named ? chance.Next(5, 120) : null,
            Line = line,
            Told = Version(clock),
        };
        Bills[bill.Id] = bill;
        Say("charge.succeeded", charge);
        Say("invoice.paid", bill);
    }

    private void BuyAsGuest(Random chance)
    {
        var charge = Keep(NewCharge(null, chance.Next(500, 30_000), Currency(chance)));
        Say("charge.succeeded", charge);
        if (chance.Next(3) == 0) return;
        Say("checkout.session.completed", Keep(new Session(New("cs"))
        {
            Mode = "payment",
            Created = clock,
            Intent = charge.Intent,
            Tier = chance.Next(3) == 0 ? null : "silver",
            Days = chance.Next(3) == 0 ? null : chance.Next(20, 300),
            PaidAt = charge.Created,
            Name = $"Guest {plan.Number}",
            Email = $"guest{plan.Number}@example.com",
        }));
    }

    private void Contest(Random chance)
    {
        var disputable = Charges.Values.Where(row => row.Status == "succeeded" && row.Captured > 0 && Left(row) > 0 && Disputes.Values.All(dispute => dispute.Charge != row.Id)).ToArray();
        if (disputable.Length == 0) return;

        var charge = disputable[chance.Next(disputable.Length)];
        var row = Keep(new Dispute(New("dp"))
        {
            Charge = charge.Id,
            Intent = charge.Intent,
            Amount = Left(charge),
            Status = chance.Next(3) == 0 ? "warning_needs_response" : "needs_response",
            Created = clock,
        });
        Say("charge.dispute.created", row);
        if (chance.Next(2) == 0) Say("charge.dispute.funds_withdrawn", row);
    }

    private void MoveDispute(Random chance)
    {
        if (Disputes.Values.LastOrDefault(row => row.Status is not ("won" or "warning_closed" or "prevented")) is not { } row) return;
        var status = row.Status switch
        {
            "warning_needs_response" => chance.Next(2) == 0 ? "warning_closed" : "needs_response",
            "needs_response" => chance.Next(3) == 0 ? "under_review" : chance.Next(2) == 0 ? "won" : "lost",
            "under_review" => chance.Next(2) == 0 ? "won" : "lost",
            "lost" => "appeal_under_review",
            _ => chance.Next(2) == 0 ? "won" : "lost",
        };
        row = Keep(row with { Status = status, LostAt = row.LostAt ?? (status == "lost" ? clock : null) });
        Say(status is "won" or "lost" or "warning_closed" ? "charge.dispute.closed" : "charge.dispute.updated", row);
    }

    private void Buy(Random chance)
    {
        var charge = NewCharge(CustomerId, chance.Next(12) == 0 ? 60_000 : chance.Next(300, 9_000), Currency(chance));
        Keep(chance.Next(8) == 0 ? charge with { Status = "failed", Captured = 0 } : chance.Next(10) == 0 ? charge with { Status = "pending", Captured = 0 } : charge);
        charge = Charges[charge.Id];
        Say(charge.Status switch { "failed" => "charge.failed", "pending" => "charge.pending", _ => "charge.succeeded" }, charge);
        if (charge.Status != "pending") return;
        Linger(chance);
        Say("charge.succeeded", Keep(charge with { Status = "succeeded", Captured = charge.Amount }));
    }

    private void Capture(Charge charge, Random chance)
    {
        var captured = chance.Next(2) == 0 ? charge.Amount : charge.Amount * chance.Next(1, 10) / 10;
        var released = charge.Amount - captured;
        charge = charge with { Captured = captured, AmountRefunded = released };
        Refund? refund = null;
        if (released > 0)
        {
            refund = Keep(new Refund(New("re")) { Customer = CustomerId, Intent = charge.Intent, Charge = charge.Id, Amount = released, Status = "succeeded", Created = clock, Released = true });
            charge = charge with { Refunds = charge.Refunds.Add(refund) };
        }

        Say("charge.captured", Keep(charge));
        if (refund is not null) Say("refund.created", refund);
    }

    private void GiveBack(Random chance)
    {
        var refundable = Charges.Values.Where(row => row.Status == "succeeded" && row.Captured > 0 && Left(row) > 0).ToArray();
        if (refundable.Length == 0) return;

        var charge = refundable[chance.Next(refundable.Length)];
        var amount = chance.Next(2) == 0 ? Left(charge) : Math.Max(1, Left(charge) * chance.Next(1, 10) / 10);
        var refund = Keep(new Refund(New("re"))
        {
            Customer = charge.Customer,
            Intent = charge.Intent,
            Charge = charge.Id,
            Amount = amount,
            Status = chance.Next(4) == 0 ? "pending" : "succeeded",
            Created = clock,
        });
        charge = Keep(charge with { AmountRefunded = charge.AmountRefunded + amount, Refunds = charge.Refunds.Add(refund) });
        Say("charge.refunded", charge);
        if (chance.Next(3) == 0) Linger(chance);
        Say("refund.created", refund);
    }

    private void FailRefund()
    {
        if (Refunds.Values.LastOrDefault(row => row is { Released: false, Status: "succeeded" or "pending" }) is not { } refund) return;

        refund = Follow(refund with { Status = "failed" });
        var charge = Charges[refund.Charge];
        if (plan.FailedRefundsLower) charge = Keep(charge with { AmountRefunded = charge.AmountRefunded - refund.Amount });
        Say("refund.failed", refund);
        if (Chance.Of(seed, refund.Id) % 2 == 0) Say("charge.updated", charge);
    }

    private long Left(Charge charge) => charge.Captured - Disputes.Values.Where(row => row.Charge == charge.Id).Sum(row => row.Amount) - Refunds.Values
        .Where(row => row.Charge == charge.Id && !row.Released && (row.Status is "succeeded" or "pending"))
        .Sum(row => row.Amount);

    private void Renew(Subscription row)
    {
        // A trial without a card that works ends as a trial that nobody paid for, or pauses.
        var trialOver = row.Status == "trialing";
        if (trialOver && !cardWorks && plan.LastResort == LastResort.Pause)
        {
            Change(row with { Status = "paused" }, "customer.subscription.paused");
            return;
        }

        var length = row.Items[0].Price.Days * Day;
        row = Change(row with { Status = trialOver ? "active" : row.Status, PeriodStart = row.PeriodEnd, PeriodEnd = row.PeriodEnd + length });
        if (row.CollectionPaused) return;

        var invoice = Keep(new Invoice(New("in")) { Customer = CustomerId, Subscription = row.Id, Status = "draft", Created = clock, Amount = Due(row), Currency = row.Items[0].Price.Currency });
        Say("invoice.created", invoice);
        if (plan.PaysAtOnce) Finalise(invoice.Id);
        else drafts[invoice.Id] = (clock + Hour, row.Id);
    }

    private void Finalise(string id)
    {
        drafts.Remove(id);
        var invoice = Invoices[id];
        var row = Subscriptions[invoice.Subscription];
        if (row.Over)
        {
            Settle(invoice, "void");
            return;
        }

        invoice = Keep(invoice with { Status = "open" });
        if (row.Sends)
        {
            Send(invoice);
            return;
        }

        if (row.Status == "unpaid") return; // Stripe goes on writing invoices and no longer collects them
        Collect(invoice);
    }

    /// <summary>Asks for the money, and charges nobody.</summary>
    private void Send(Invoice invoice)
    {
        if (invoice.Amount == 0)
        {
            Settle(invoice, "paid");
            return;
        }

        invoice = Keep(invoice with { DueAt = clock + (DaysToPay * Day) });
        sent[invoice.Id] = invoice.DueAt!.Value;
        Say("invoice.finalized", invoice);
    }

    private void FallDue(string id)
    {
        sent.Remove(id);
        var row = Subscriptions[Invoices[id].Subscription];
        if (Invoices[id].Status == "open" && row.Paying) Change(row with { Status = "past_due" });
    }

    /// <summary>Tries the card; what follows for the subscription follows at once.</summary>
    private void Collect(Invoice invoice)
    {
        drafts.Remove(invoice.Id);
        sent.Remove(invoice.Id);
        invoice = invoice with { Attempts = invoice.Attempts + 1, Status = "open" };
        if (invoice.Amount == 0)
        {
            Settle(invoice, "paid");
            return;
        }

        var charge = NewCharge(CustomerId, invoice.Amount, invoice.Currency) with { Invoice = invoice.Id };
        if (cardWorks)
        {
            Say("charge.succeeded", Keep(charge));
            Settle(invoice, "paid");
            return;
        }

        Say("charge.failed", Keep(charge with { Status = "failed", Captured = 0 }));
        invoice = Keep(invoice with { FirstFailedAt = invoice.FirstFailedAt ?? clock });
        Say("invoice.payment_failed", invoice);
        var row = Subscriptions[invoice.Subscription];
        if (row.Paying) Change(row with { Status = "past_due" });
        if (row.Status is "incomplete" or "unpaid") return;
        var tries = retries.GetValueOrDefault(invoice.Id)?.Tries ?? 0;
        if (tries < MostRetries) retries[invoice.Id] = new Retrying(clock + ((2 + (2 * tries)) * Day), tries + 1);
        else GiveUp(invoice);
    }

    private void Retry(string id)
    {
        var (invoice, row) = (Invoices[id], Subscriptions[Invoices[id].Subscription]);
        if (invoice.Status != "open" || row.Over || row.Status is "unpaid" or "paused") retries.Remove(id);
        else Collect(invoice);
    }

    private void GiveUp(Invoice invoice)
    {
        retries.Remove(invoice.Id);
        var row = Subscriptions[invoice.Subscription];
        if (row.Status != "past_due") return;
        switch (plan.LastResort)
        {
            case LastResort.Cancel:
                Cancel(row);
                break;
            case LastResort.Unpaid:
                Change(row with { Status = "unpaid" });
                break;
            case LastResort.Pause:
                Change(row with { Status = "paused" }, "customer.subscription.paused");
                break;
        }
    }

    private void Settle(Invoice invoice, string status)
    {
        retries.Remove(invoice.Id);
        drafts.Remove(invoice.Id);
        sent.Remove(invoice.Id);
        invoice = Keep(invoice with { Status = status });
        Say(status switch { "paid" => "invoice.paid", "void" => "invoice.voided", _ => "invoice.marked_uncollectible" }, invoice);
        var row = Subscriptions[invoice.Subscription];
        if (status != "paid" || row.Over) return;
        if (row.Status is "incomplete") Change(row with { Status = "active" });
        if (row.Status is "past_due" or "unpaid" && !Open(row).Any()) Change(row with { Status = "active" });
    }

    private void Resume(Subscription row)
    {
        if (row.PeriodEnd <= clock) row = row with { PeriodStart = clock, PeriodEnd = clock + (row.Items[0].Price.Days * Day), CancelAt = null, CancelAtPeriodEnd = false };
        row = Change(row with { Status = "active" }, "customer.subscription.resumed");
        foreach (var invoice in Open(row).ToArray()) Settle(invoice, "uncollectible");
    }

    private void ExpireIncomplete(Subscription row)
    {
        foreach (var invoice in Open(row).ToArray()) Settle(invoice, "void");
        Change(row with { Status = "incomplete_expired", EndedAt = clock });
    }

    private void Cancel(Subscription row) =>
        Change(row with { Status = "canceled", EndedAt = clock, CanceledAt = row.CanceledAt ?? clock }, "customer.subscription.deleted");

    private Subscription Change(Subscription row, string type = "customer.subscription.updated")
    {
        row = Keep(row);
        Say(type, row);
        return row;
    }

    private void Edit(Shopper after)
    {
        if (after == Shopper) return;
        Say("customer.updated", Shopper = after);
    }

    private Charge NewCharge(string? customer, long amount, string currency) => new(New("ch"))
    {
        Customer = customer,
        Intent = New("pi"),
        Created = clock,
        Currency = currency,
        Amount = amount,
        Captured = amount,
        AmountRefunded = 0,
        Status = "succeeded",
    };

    private IEnumerable<Invoice> Open(Subscription row) => Invoices.Values.Where(invoice => invoice.Subscription == row.Id && invoice.Status == "open");

    private Invoice[] Owing() =>
        [.. Invoices.Values.Where(invoice => invoice.Status == "open" && Subscriptions[invoice.Subscription] is { Over: false }).OrderBy(invoice => invoice.Created)];

    /// <summary>One that runs, sooner one that is owed for: what is changed while it is owes most to the rules.</summary>
    private Subscription? Running(Random chance) =>
        (chance.Next(2) == 0 ? Pick(chance, row => row.Status == "past_due") : null) ?? Pick(chance, row => row.Status is "active" or "trialing" or "past_due");

    private Subscription? Alive(Random chance) => Pick(chance, row => !row.Over);

    private Subscription? Pick(Random chance, Func<Subscription, bool> which)
    {
        var rows = Subscriptions.Values.Where(which).ToArray();
        return rows.Length == 0 ? null : rows[chance.Next(rows.Length)];
    }

    private Price PriceLike(Subscription subscription, Random chance)
    {
        var like = subscription.Items[0].Price;
        var prices = Catalogue.Prices.Where(price => price.Currency == like.Currency && price.Days == like.Days).ToArray();
        if (chance.Next(3) == 0) prices = [.. prices.Where(price => price.Product == like.Product)];
        return shop.Now(prices[chance.Next(prices.Length)]);
    }

    private static long Due(Subscription row) => row.Items.Sum(item => item.Price.Amount * item.Quantity);

    private static string Currency(Random chance) => chance.Next(6) switch { 0 => "eur", 1 => "jpy", _ => "usd" };

    private void Begin(long at, string name, bool spread)
    {
        clock = Math.Max(clock, at);
        (context, spreads, said, made) = (name, spread, 0, 0);
    }

    /// <summary>What follows comes seconds later, or in the same second.</summary>
    private void Linger(Random chance)
    {
        if (spreads) clock += chance.Next(1, 5);
    }

    private string New(string prefix) => $"{prefix}_{plan.Number}{context}n{made++}";

    private ApiVersion Version(long at) => at >= plan.NewestFrom ? ApiVersion.Newest : plan.OldVersion;

    private Subscription Keep(Subscription row)
    {
        if (row.Paying) row = row with { PaidItems = row.Items, Tried = row.Status == "trialing" };
        else if (Subscriptions.GetValueOrDefault(row.Id) is { Paying: true }) row = row with { PaidUntil = clock };
        return Subscriptions[row.Id] = row;
    }

    private Dispute Keep(Dispute row) => Disputes[row.Id] = row;

    private Session Keep(Session row) => Sessions[row.Id] = row;

    private Invoice Keep(Invoice row) => Invoices[row.Id] = row;

    private Charge Keep(Charge row) => Charges[row.Id] = row;

    private Refund Keep(Refund row) => Refunds[row.Id] = row;

    private Refund Follow(Refund row)
    {
        var charge = Charges[row.Charge];
        Keep(charge with { Refunds = [.. charge.Refunds.Select(known => known.Id == row.Id ? row : known)] });
        return Keep(row);
    }

    private void Say(string type, StripeObject shown, bool gained = false)
    {
        // Ids do not sort as time does.
        var name = $"{plan.Number}{context}e{said++}";
        say(new StripeEvent($"evt_{Chance.Of(seed, name) & 0xFFFFFF:x6}_{name}", type, clock, shown, Version(clock)) { Gained = gained });
    }

    private sealed record Retrying(long At, int Tries);
}
