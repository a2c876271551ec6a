using System.Globalization;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Events;

public sealed class PaymentOwnersTests : IDisposable
{
    private readonly MemoryPlainState state = new();

    private PaymentOwners Owners => field ??= Anew();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Owners_are_written_in_one_transaction_and_found_also_by_another_process()
    {
        await Owners.RememberAsync(Of(("pi_1", "cus_1"), ("ch_2", "cus_2")), Cancelled);

        Assert.Single(state.Transactions);
        Assert.Equal("cus_1", await Anew().FindAsync("pi_1", Cancelled));
        Assert.Equal("cus_2", await Anew().FindAsync("ch_2", Cancelled));
        Assert.Null(await Owners.FindAsync("pi_9", Cancelled));
    }

    [Fact]
    public async Task An_owner_is_kept_for_two_years()
    {
        await Owners.RememberAsync(Of(("pi_1", "cus_1")), Cancelled);

        Assert.Equal(
            """[{"operation":"upsert","request":{"key":"payment-pi_1","value":"cus_1","metadata":{"ttlInSeconds":"63072000"}}}]""",
            Assert.Single(state.Transactions).ToJsonString());
    }

    [Fact]
    public async Task What_was_written_is_not_written_again_and_what_is_new_is()
    {
        await Owners.RememberAsync(Of(("pi_1", "cus_1"), ("pi_2", "cus_2")), Cancelled);
        await Owners.RememberAsync(Of(("pi_2", "cus_2"), ("pi_1", "cus_1")), Cancelled);
        Assert.Single(state.Transactions);

        await Owners.RememberAsync(Of(("pi_1", "cus_other"), ("pi_2", "cus_2"), ("pi_3", "cus_3")), Cancelled);

        Assert.Equal(["payment-pi_1", "payment-pi_3"], state.Transactions.Last().Select(operation => (string)operation!["request"]!["key"]!));
        Assert.Equal("cus_other", await Owners.FindAsync("pi_1", Cancelled));
    }

    [Fact]
    public async Task Nobody_to_remember_asks_nothing()
    {
        await Owners.RememberAsync(Of(), Cancelled);
        await Owners.ForgetAsync([], Cancelled);

        Assert.Empty(state.Transactions);
    }

    [Fact]
    public async Task What_was_not_written_is_said_and_written_the_next_time()
    {
        state.Failing = 1;

        await Assert.ThrowsAsync<PlainStateUnavailableException>(() => Owners.RememberAsync(Of(("pi_1", "cus_1")), Cancelled));
        await Owners.RememberAsync(Of(("pi_1", "cus_1")), Cancelled);

        Assert.Equal("cus_1", await Owners.FindAsync("pi_1", Cancelled));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_no_stranger()
    {
        state.Failing = 1;
        await Assert.ThrowsAsync<PlainStateUnavailableException>(() => Owners.FindAsync("pi_1", Cancelled));

        state.BeforeAnswer = () => new TaskCompletionSource().Task;
        using var impatient = new CancellationTokenSource();
        var asked = Owners.FindAsync("pi_1", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<PlainStateUnavailableException>(() => asked);
    }

    [Fact]
    public async Task What_is_forgotten_is_gone_in_one_transaction_and_written_when_it_is_seen_again()
    {
        await Owners.RememberAsync(Of(("pi_1", "cus_1"), ("pi_2", "cus_1"), ("pi_3", "cus_3")), Cancelled);

        await Owners.ForgetAsync(["pi_1", "pi_2", "pi_never_seen"], Cancelled);

        Assert.Equal(2, state.Transactions.Count);
        Assert.Equal([("payment-pi_3", "\"cus_3\"")], state.Stored);
        Assert.Null(await Owners.FindAsync("pi_1", Cancelled));
        await Owners.RememberAsync(Of(("pi_1", "cus_1")), Cancelled);
        Assert.Equal("cus_1", await Owners.FindAsync("pi_1", Cancelled));
    }

    [Fact]
    public async Task The_last_ten_thousand_are_known_to_be_written_and_older_ones_are_written_again()
    {
        foreach (var page in Enumerable.Range(0, 10_001).Select(number => ($"pi_{number.ToString(CultureInfo.InvariantCulture)}", "cus_1")).Chunk(1_000))
            await Owners.RememberAsync(Of(page), Cancelled);

        await Owners.RememberAsync(Of(("pi_0", "cus_1"), ("pi_2", "cus_1"), ("pi_10000", "cus_1")), Cancelled);

        Assert.Equal("payment-pi_0", (string?)Assert.Single(state.Transactions.Last())!["request"]!["key"]);
    }

    public void Dispose() => state.Dispose();

    private PaymentOwners Anew() => new(new PlainState(state));

    private static Dictionary<string, string> Of(params (string Payment, string Customer)[] owners) =>
        owners.ToDictionary(owner => owner.Payment, owner => owner.Customer);
}
