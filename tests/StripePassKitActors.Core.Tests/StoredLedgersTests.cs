using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

/// <summary>A turn reads only the ledgers that can be stored: a new charge is known to be new without looking.</summary>
public sealed class StoredLedgersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_a_turn_does_not_read_makes_no_difference(int seed)
    {
        CustomerEvent[] history = [.. History(new Random(seed))];

        var (state, ledgers) = Run(history, Customer.StoredChargesOf);
        var (expected, expectedLedgers) = Run(history, (_, facts) => Customer.StoredChargesOf(new CustomerState { CustomerId = "cus_1", AwaitedCharges = 1 }, facts));

        Assert.Equal(expected.Spend, state.Spend);
        Assert.Equal(expected.NewestCharges, state.NewestCharges);
        Assert.Equal((expected.PagedCharges, expected.AwaitedCharges), (state.PagedCharges, state.AwaitedCharges));
        Assert.Equal(expectedLedgers.Values.Select(ledger => (ledger.Id, ledger.Counted)).Order(), ledgers.Values.Select(ledger => (ledger.Id, ledger.Counted)).Order());
    }

    [Fact]
    public void A_new_charge_is_not_looked_up_and_its_refund_is()
    {
        var state = Given.Customer(Given.Charge(1000)).State;

        Assert.Equal(["ch_1"], Customer.StoredChargesOf(state, [Given.Charge(1), Given.Charge(1, id: "ch_2")]));
        Assert.Equal(["ch_1"], Customer.StoredChargesOf(state, [Given.Refund(1)]));
    }

    [Fact]
    public void Charges_older_than_the_newest_twenty_are_looked_up()
    {
        var state = Given.Customer([.. Enumerable.Range(0, 21).Select(number => Given.Charge(1, id: $"ch_{number}"))]).State;

        Assert.Equal(["ch_old"], Customer.StoredChargesOf(state, [Given.Charge(1, id: "ch_old"), Given.Charge(1, id: "ch_new") with { Created = Given.Now.AddSeconds(1) }]));
    }

    [Fact]
    public void Where_no_other_charges_are_filed_than_the_newest_none_is_looked_up()
    {
        var state = Given.Customer([.. Enumerable.Range(0, 20).Select(number => Given.Charge(1, id: $"ch_{number}"))]).State;

        Assert.Empty(Customer.StoredChargesOf(state, [Given.Charge(1, id: "ch_old")]));
    }

    [Fact]
    public void Where_one_of_the_newest_charges_was_taken_out_the_older_ones_are_looked_up()
    {
        var state = Given.Customer([.. Enumerable.Range(0, 25).Select(Made)]).State;

        Assert.Equal(["ch_3"], Customer.StoredChargesOf(state with { NewestCharges = state.NewestCharges.RemoveAt(0) }, [Made(3), Made(30)]));
        Assert.Equal(["ch_3"], Customer.StoredChargesOf(state with { NewestCharges = [] }, [Made(3)]));
    }

    [Fact]
    public void Where_a_payment_leaves_the_next_older_charge_is_among_the_newest()
    {
        ChargeFact[] made = [.. Enumerable.Range(0, 25).Select(Made)];

        var left = Given.Customer(made).WithoutPayment("ch_24", made).State;

        Assert.Equal(Enumerable.Range(4, 20).Reverse().Select(number => $"ch_{number}"), left.NewestCharges.Select(charge => charge.Id));
        Assert.Equal(made.Take(24).Select(charge => charge.Id), Customer.StoredChargesOf(left, made.Take(24)).Order(Comparer<string>.Create((one, other) => int.Parse(one[3..], null) - int.Parse(other[3..], null))));
    }

    [Fact]
    public void Where_a_payment_leaves_its_money_goes_with_it_and_its_disputes()
    {
        Fact[] money =
        [
            Given.Charge(1000), Given.Refund(400), Given.Dispute("needs_response", amount: 100),
            Given.Charge(700, id: "ch_2"), Given.Refund(200, id: "re_2") with { ChargeId = "ch_2" }, Given.Dispute("needs_response", amount: 50, id: "du_2") with { ChargeId = "ch_2" },
        ];

        var left = Given.Customer(money).WithoutPayment("ch_1", money.OfType<ChargeFact>()).State;

        Assert.Equal([new Spend("usd", 450, Refunds: 200)], left.Spend);
        Assert.Equal(["du_2"], left.Disputes.Select(dispute => dispute.Id));
        Assert.Equal(["ch_2"], left.UnpagedCharges);
    }

    private static ChargeFact Made(int number) => Given.Charge(1, id: $"ch_{number}") with { Created = Given.Now.AddMinutes(number) };

    [Fact]
    public void While_a_refund_waits_for_its_charge_every_charge_is_looked_up()
    {
        var awaited = Given.Customer(Given.Refund(1)).State;
        var arrived = Given.Customer(Given.Refund(1), Given.Charge(1000)).State;

        Assert.Equal(["ch_1"], Customer.StoredChargesOf(awaited, [Given.Charge(1000)]));
        Assert.Empty(Customer.StoredChargesOf(arrived, [Given.Charge(1000, id: "ch_2")]));
    }

    /// <summary>Sixty charges and their refunds, shuffled and some of them twice.</summary>
    private static IEnumerable<CustomerEvent> History(Random random)
    {
        List<CustomerEvent> events = [];
        for (var number = 0; number < 60; number++)
        {
            var charge = Given.Charge(1000, id: $"ch_{number}") with { Created = Given.Now.AddDays(random.Next(40)) };
            events.Add(new CustomerEvent($"evt_{number}", "charge.succeeded", [charge]));
            if (number % 4 == 0) events.Add(new CustomerEvent($"evt_r{number}", "refund.created", [Given.Refund(400, id: $"re_{number}") with { ChargeId = charge.Id }]));
            if (number % 3 == 0) events.Add(new CustomerEvent($"evt_u{number}", "charge.updated", [charge with { AmountRefunded = 100, AsOf = Given.At(5, $"evt_u{number}") }]));
        }

        CustomerEvent[] delivered = [.. events, .. events.Where(_ => random.Next(3) == 0)];
        random.Shuffle(delivered);
        return delivered;
    }

    private static (CustomerState State, ImmutableDictionary<string, ChargeLedger> Ledgers) Run(
        IEnumerable<CustomerEvent> history, Func<CustomerState, IEnumerable<Fact>, IReadOnlySet<string>> toRead)
    {
        var state = CustomerState.Of(CustomerId.Parse("cus_1"));
        var stored = ImmutableDictionary<string, ChargeLedger>.Empty;
        foreach (var turn in history.Chunk(3))
        {
            var customer = turn.Aggregate(
                new Customer(state, toRead(state, turn.SelectMany(taken => taken.Facts)).Where(stored.ContainsKey).ToImmutableDictionary(id => id, id => stored[id])), (customer, taken) => customer.Apply(taken, Given.Now).Customer);
            state = customer.State;
            stored = stored.SetItems(customer.ChangedLedgers.Select(id => KeyValuePair.Create(id, customer.Ledgers[id])));
        }

        return (state, stored);
    }
}
