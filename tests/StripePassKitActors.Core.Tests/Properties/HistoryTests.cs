using CsCheck;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests.Properties;

/// <summary>What holds for every history. A failure prints the shortest one that was found, and the seed that brings it back.</summary>
public sealed class HistoryTests
{
    private const int Histories = 3_000;

    private static readonly Gen<int> Chance = Gen.Int[0, 1_000_000];

    [Fact]
    public void F1_F3_F4_Any_permutation_duplication_and_batching_of_a_history_ends_in_the_same_customer_and_pass() =>
        Gen.Select(Life.Any, Chance).Sample(
            (life, chance) =>
            {
                var random = new Random(chance);
                CustomerEvent[] deliveries = [.. life.Events, .. life.Events.Where(_ => random.Next(3) == 0)];
                random.Shuffle(deliveries);
                var (orderly, chaotic) = (new Deliveries(), new Deliveries());

                foreach (var told in life.Events) orderly.Take(told);
                for (var taken = 0; taken < deliveries.Length;)
                {
                    var turn = deliveries[taken..Math.Min(deliveries.Length, taken + random.Next(1, 6))];
                    chaotic.Take(turn);
                    taken += turn.Length;
                }

                Assert.Equal(orderly.Record(), chaotic.Record());
                Assert.Equal(orderly.Shown(life.End), chaotic.Shown(life.End));
            },
            iter: Histories,
            print: Print);

    [Fact]
    public void M1_M2_M3_M4_M6_Net_spend_is_the_sum_of_what_is_true_in_Stripe() =>
        Gen.Select(Life.WithoutTies, Chance).Sample(
            (life, chance) =>
            {
                var deliveries = life.Events.ToArray();
                new Random(chance).Shuffle(deliveries);
                var customer = new Deliveries();
                foreach (var told in deliveries) customer.Take(told);

                Truth(life, customer.State);
            },
            iter: Histories,
            print: Print);

    [Fact]
    public void F2_Readings_in_between_make_nothing_worse() =>
        Gen.Select(Life.WithoutTies, Chance).Sample(
            (life, chance) =>
            {
                // Each event comes after it was made, each reading shows what is true when it is made.
                var random = new Random(chance);
                var steps = life.Events.Select(told => (At: Life.At(told).AddSeconds(Delay(random)), Told: (CustomerEvent?)told, One: (int?)null))
                    .Concat(Enumerable.Range(0, 1 + random.Next(8)).Select(_ => (
                        At: life.Course[random.Next(life.Course.Count)].At.AddSeconds(Delay(random)), Told: (CustomerEvent?)null, One: random.Next(4) == 0 ? (int?)null : random.Next(99))))
                    .OrderBy(step => step.At);
                var (told, read) = (new Deliveries(), new Deliveries());
                foreach (var step in steps)
                {
                    if (step.Told is { } taken)
                    {
                        told.Take(taken);
                        read.Take(taken);
                    }
                    else
                    {
                        read.Read(life.Read(step.At, step.One));
                    }
                }

                Truth(life, read.State);
                Assert.Equal(told.Shown(life.End, whyOver: false), read.Shown(life.End, whyOver: false));
            },
            iter: Histories,
            print: Print);

    [Fact]
    public void F5_Whatever_was_lost_is_made_good_by_reading_everything_once() =>
        Gen.Select(Life.WithoutTies, Chance).Sample(
            (life, chance) =>
            {
                var random = new Random(chance);
                var deliveries = life.Events.Where(_ => random.Next(3) > 0).ToArray();
                random.Shuffle(deliveries);
                var customer = new Deliveries();
                foreach (var told in deliveries) customer.Take(told);
                customer.Read(life.Read(life.End));

                Truth(life, customer.State);
            },
            iter: Histories,
            print: Print);

    /// <summary>Stripe's truth, counted without any of the code under test.</summary>
    private static void Truth(Life life, CustomerState state)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var charges = life.Truth<ChargeFact>().Where(charge => charge.Succeeded).Select(charge =>
        {
            var made = TimeZoneInfo.ConvertTime(charge.Created, berlin);
            var disputed = life.Truth<DisputeFact>()
                .Where(dispute => dispute.ChargeId == charge.Id && dispute.Status is "needs_response" or "under_review" or "lost" or "appeal_needs_response" or "appeal_under_review")
                .Sum(dispute => dispute.Amount);
            var refunded = life.Truth<RefundFact>()
                .Where(refund => refund.ChargeId == charge.Id && !refund.Id.StartsWith("re_of", StringComparison.Ordinal) && refund.Status is "succeeded" or "pending")
                .Sum(refund => refund.Amount);
            var kept = Math.Max(0, charge.Captured - disputed);
            return (charge.Currency, Month: (made.Year * 100) + made.Month, Net: Math.Max(0, kept - refunded), Kept: kept);
        }).ToArray();

        Assert.Equal(
            charges.GroupBy(charge => charge.Currency).Select(rows => new Spend(rows.Key, rows.Sum(row => row.Net), rows.Sum(row => row.Kept - row.Net))).Where(row => row is not { Amount: 0, Refunds: 0 }).OrderBy(row => row.Currency, StringComparer.Ordinal),
            state.Spend);
        Assert.Equal(
            charges.GroupBy(charge => (charge.Currency, charge.Month)).Select(rows => new MonthSpend(rows.Key.Month, rows.Key.Currency, rows.Sum(row => row.Net), rows.Sum(row => row.Kept - row.Net)))
                .Where(row => row is not { Amount: 0, Refunds: 0 }).OrderByDescending(row => row.Month).ThenBy(row => row.Currency, StringComparer.Ordinal),
            state.Months);
        Assert.Equal(
            life.Truth<SubscriptionFact>().Select(subscription => (subscription.Id, subscription.Status, subscription.Items[0], subscription.CancelAt, subscription.CancelAtPeriodEnd, subscription.CollectionPaused)),
            state.Subscriptions.Select(subscription => (subscription.Id, subscription.Status, subscription.Items[0], subscription.CancelAt, subscription.CancelAtPeriodEnd, subscription.CollectionPaused)));
        Assert.Equal(
            life.Truth<PurchaseFact>().Select(purchase => (purchase.Id, purchase.PaidAt, purchase.Payment, IsUndone(purchase))),
            state.Purchases.Select(purchase => (purchase.Id, purchase.PaidAt, purchase.Payment, purchase.Undone)));

        bool IsUndone(PurchaseFact purchase)
        {
            var charge = life.Truth<ChargeFact>().Single(charge => charge.PaymentIntentId == purchase.Payment);
            var refunded = life.Truth<RefundFact>().Where(refund => refund.ChargeId == charge.Id && refund.Status is "succeeded" or "pending").Sum(refund => refund.Amount);
            return refunded >= charge.Captured
                || life.Truth<DisputeFact>().Any(dispute => dispute.ChargeId == charge.Id && (dispute.Status == "lost" || dispute.Status.StartsWith("appeal", StringComparison.Ordinal)));
        }
    }

    private static int Delay(Random random) => random.Next(3) switch
    {
        0 => 0,
        1 => random.Next(30),
        _ => random.Next(200_000),
    };

    private static string Print((Life Life, int Chance) sample) => $"chance {sample.Chance}{Environment.NewLine}{sample.Life}";
}
