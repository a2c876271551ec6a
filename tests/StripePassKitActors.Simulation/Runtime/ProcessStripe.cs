using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Simulation.Stripe;
using Shown = StripePassKitActors.Customers.Stripe.Api.StripeObject;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The way from one process to Stripe: what the account holds when the question arrives. Each question takes a while.</summary>
internal sealed class ProcessStripe(Process process) : IStripeApi
{
    private const int NewestCharges = 50;

    private const int NewestPurchases = 50;

    private const int PurchasesOfAKind = 20;

    /// <summary>Few, so that a walk through those who hold a price has many pages.</summary>
    private const int HoldersAPage = 2;

    /// <summary>When the answer that is being made will be written, which is later than Stripe looks.</summary>
    private DateTimeOffset written;

    public Task<IReadOnlyList<Shown>> ReadAsync(string kind, string id, CancellationToken budget) => AskAsync($"{kind} {id}", () => Read(kind, id), budget);

    public Task<IReadOnlyList<Shown>> ReadCustomerAsync(string customerId, CancellationToken budget) => AskAsync($"all of {customerId}", () => Whole(customerId), budget);

    public Task<IReadOnlyList<StripeReference>> PurchasesAsync(string customerId, IReadOnlySet<string> known, CancellationToken budget) => AskAsync<IReadOnlyList<StripeReference>>(
        $"what {customerId} bought", () => process.World.Lives.FirstOrDefault(life => life.CustomerId == customerId) is not { } life ? [] :
        [
            .. life.Sessions.Values.Where(row => row.Customer == customerId && row is { Mode: "payment", Paid: true }).OrderByDescending(row => row.Created).Take(NewestPurchases)
                .Where(row => !known.Contains(row.Id)).Take(PurchasesOfAKind).Select(row => new StripeReference(row.Kind, row.Id)),
            .. life.Bills.Values.Where(row => row.Customer == customerId).OrderByDescending(row => row.PaidAt).Take(NewestPurchases)
                .Where(row => !known.Contains(row.Id)).Take(PurchasesOfAKind).Select(row => new StripeReference(row.Kind, row.Id)),
        ], budget);

    public Task<string?> CustomerOfChargeAsync(string chargeId, CancellationToken budget) =>
        AskAsync($"the customer of {chargeId}", () => process.World.Lives.Select(life => life.Charges.GetValueOrDefault(chargeId)?.Customer).FirstOrDefault(customer => customer is not null), budget);

    public Task<IReadOnlyList<string>> PricesOfProductAsync(string productId, CancellationToken budget) =>
        AskAsync<IReadOnlyList<string>>($"the prices of {productId}", () => [.. Catalogue.Prices.Where(price => price.Product == productId).Select(price => price.Id)], budget);

    public Task<(IReadOnlyList<Shown> Subscriptions, string? Next)> SubscriptionsOfPriceAsync(string priceId, string? after, CancellationToken budget) =>
        AskAsync($"the subscriptions of {priceId} after {after}", () => Holders(priceId, after), budget);

    /// <summary>A page, the newest first. The one that the page before ended with may have ended or moved to another price since.</summary>
    private (IReadOnlyList<Shown>, string?) Holders(string priceId, string? after)
    {
        var all = process.World.Lives.SelectMany(life => life.Subscriptions.Values).OrderByDescending(row => row.Created).ThenBy(row => row.Id, StringComparer.Ordinal);
        var left = (after is null ? all : all.SkipWhile(row => row.Id != after).Skip(1)).Where(row => !row.Over && row.Items.Any(item => item.Price.Id == priceId)).ToArray();
        return ([.. left.Take(HoldersAPage).Select(row => Of(row) with { Json = EventJson.Listed(row) })], left.Length > HoldersAPage ? left[HoldersAPage - 1].Id : null);
    }

    private IReadOnlyList<Shown> Read(string kind, string id)
    {
        if (kind == "product") return process.World.Shop.Product(id) is { } product ? [Of(product)] : [];
        foreach (var life in process.World.Lives)
        {
            switch (kind)
            {
                case "customer" when life.CustomerId == id && life.Shopper is { } shopper:
                    return [Of(shopper)];
                case "subscription" when life.Subscriptions.TryGetValue(id, out var row):
                    return [.. Of(life, row)];
                case "charge" when life.Charges.TryGetValue(id, out var row):
                    return [.. Of(life, row)];
                case "checkout.session" when life.Sessions.TryGetValue(id, out var row):
                    return [.. Undone(life, row.Intent), Of(row with { Line = row.Line is { } sold ? process.World.Shop.Now(sold) : null })];
                case "invoice" when life.Invoices.TryGetValue(id, out var row):
                    return [Of(row)];
                case "invoice" when life.Bills.TryGetValue(id, out var row):
                    return [.. Undone(life, row.Intent), Of(row with { Line = process.World.Shop.Now(row.Line) })];
                case "refund" when life.Refunds.TryGetValue(id, out var row):
                    return [.. Of(life, life.Charges[row.Charge])];
                case "dispute" when life.Disputes.TryGetValue(id, out var row):
                    return [.. Of(life, life.Charges[row.Charge])];
            }
        }

        return [];
    }

    private IReadOnlyList<Shown> Whole(string customerId) => process.World.Lives.FirstOrDefault(life => life.CustomerId == customerId) is not { Shopper: { } shopper } life ? [] :
    [
        Of(shopper),
        .. life.Subscriptions.Values.SelectMany(row => Of(life, row)),
        .. life.Charges.Values.Where(row => row.Customer == customerId).OrderByDescending(row => row.Created).Take(NewestCharges).SelectMany(row => Of(life, row)),
    ];

    private IEnumerable<Shown> Of(Life life, Subscription row)
    {
        if (row.Status != "past_due") return [Of(row)];
        var open = life.Invoices.Values.Where(invoice => invoice.Subscription == row.Id && invoice.Status == "open").OrderBy(invoice => invoice.Created).ToArray();
        return [Of(row), .. open.Select((invoice, number) => Of(invoice) with { FirstFailedAt = number == 0 && invoice.FirstFailedAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null })];
    }

    /// <summary>The charges of a payment that were refunded or contested.</summary>
    private IEnumerable<Shown> Undone(Life life, string? intent) => life.Charges.Values
        .Where(row => row.Intent == intent && (row.AmountRefunded > 0 || life.Disputes.Values.Any(dispute => dispute.Charge == row.Id))).SelectMany(row => Of(life, row));

    private IEnumerable<Shown> Of(Life life, Charge row) => [Of(row), .. life.Disputes.Values.Where(dispute => dispute.Charge == row.Id).Select(Of)];

    private Shown Of(Stripe.StripeObject shown) => new(shown.Kind, EventJson.Of(shown), DateTimeOffset.FromUnixTimeSeconds(written.ToUnixTimeSeconds()));

    private Task<T> AskAsync<T>(string what, Func<T> answer, CancellationToken budget)
    {
        if (process.Dead) return Process.NeverAsync<T>();

        var world = process.World;
        var whose = Turn.Current?.Actor ?? "";
        var trouble = world.Mischief.IsStripeAway(world.Time.Now) ? Trouble.Fails : world.Mischief.Of(whose, Effect.Stripe);
        world.Reads++;
        world.Tell(() => $"{whose} asks Stripe: {what}{(trouble == Trouble.None ? "" : $" ({trouble})")}");
        if (trouble is Trouble.DiesBefore or Trouble.DiesAfter)
        {
            process.Die();
            return Process.NeverAsync<T>();
        }

        var answered = new TaskCompletionSource<T>();
        budget.Register(() => Unless(() => answered.TrySetException(new StripeUnavailableException("Stripe did not answer in time."))));
        if (trouble == Trouble.Hangs) return answered.Task;

        var latency = world.Mischief.Latency(whose);
        world.Time.After(latency / 2, () => Unless(() =>
        {
            written = world.Time.Now + (latency / 2);
            var result = answer();
            world.Time.After(latency / 2, () => Unless(() =>
            {
                switch (trouble)
                {
                    case Trouble.Fails:
                        answered.TrySetException(new StripeUnavailableException("Stripe answered 500."));
                        break;
                    case Trouble.TooMany:
                        answered.TrySetException(new StripeUnavailableException("Stripe answered 429.", TimeSpan.FromSeconds(1 + (latency.Ticks % 89))));
                        break;
                    case Trouble.Refuses:
                        answered.TrySetException(new StripeRefusedException("Stripe answered 403."));
                        break;
                    default:
                        answered.TrySetResult(result);
                        break;
                }
            }));
        }));
        return answered.Task;
    }

    private void Unless(Action goOn)
    {
        if (!process.Dead) goOn();
    }
}
