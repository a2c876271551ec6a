using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Checkout;

public sealed class CheckoutSessionsTests : IDisposable
{
    private const string Id = "cs_test_a1";

    private static readonly CheckoutSession Open = new() { Mode = "payment" };
    private static readonly CheckoutSession Unpaid = Open with { Status = "complete", Actor = "pi_1", PaymentId = "pi_1", CompletedAt = PassKitWorld.Start, CompletionTold = true };
    private static readonly CheckoutSession Failed = Unpaid with { Failed = true, CompletedAt = null, CompletionTold = false };
    private static readonly CheckoutSession Paid = Unpaid with { Paid = true, Actor = "cus_1", CompletedAt = PassKitWorld.Start.AddHours(-1), CompletionTold = false };

    private readonly MemoryPlainState state = new();

    private CheckoutSessions Sessions => field ??= new(new PlainState(state));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_known_of_a_session_is_kept_for_a_month_under_a_key_that_does_not_tell_its_id()
    {
        await Sessions.RememberAsync([KeyValuePair.Create(Id, Paid)], Cancelled);

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Id)));
        var request = Assert.Single(Assert.Single(state.Transactions))!["request"]!;
        Assert.Equal(($"checkout-session-{hash}", "2592000"), ((string)request["key"]!, (string)request["metadata"]!["ttlInSeconds"]!));
        Assert.DoesNotContain(Id, state.Transactions.Single().ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(Paid, await new CheckoutSessions(new PlainState(state)).FindAsync(Id, Cancelled));
        Assert.Null(await Sessions.FindAsync("cs_test_a2", Cancelled));
    }

    public static TheoryData<int[]> Orders => new(Enumerable.Range(0, 24).Select(number => Order([0, 1, 2, 3], number)));

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task F3_A_session_only_goes_on_in_whatever_order_it_is_told(int[] order)
    {
        CheckoutSession[] told = [Open, Unpaid, Failed, Paid];

        foreach (var one in order) await Sessions.RememberAsync([KeyValuePair.Create(Id, told[one])], Cancelled);

        var known = (await Sessions.FindAsync(Id, Cancelled))!;
        Assert.Equal(("complete", true, "cus_1", "pi_1", PassKitWorld.Start), (known.Status, known.Paid, known.Actor, known.PaymentId, known.CompletedAt));
    }

    [Fact]
    public async Task What_tells_nothing_new_is_not_written_and_several_are_written_together()
    {
        await Sessions.RememberAsync([KeyValuePair.Create(Id, Open), KeyValuePair.Create("cs_test_a2", Paid), KeyValuePair.Create(Id, Paid)], Cancelled);
        await Sessions.RememberAsync([KeyValuePair.Create(Id, Paid), KeyValuePair.Create("cs_test_a2", Open)], Cancelled);
        await Sessions.RememberAsync([], Cancelled);

        Assert.Equal(2, Assert.Single(state.Transactions).Count);
    }

    [Fact]
    public async Task What_is_forgotten_is_gone()
    {
        await Sessions.RememberAsync([KeyValuePair.Create(Id, Paid), KeyValuePair.Create("cs_test_a2", Paid)], Cancelled);

        await Sessions.ForgetAsync([Id, "cs_test_never"], Cancelled);
        await Sessions.ForgetAsync([], Cancelled);

        Assert.Equal(2, state.Transactions.Count);
        Assert.Null(await Sessions.FindAsync(Id, Cancelled));
        Assert.NotNull(await Sessions.FindAsync("cs_test_a2", Cancelled));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_said_and_no_stranger()
    {
        state.Failing = 2;

        await Assert.ThrowsAsync<PlainStateUnavailableException>(() => Sessions.RememberAsync([KeyValuePair.Create(Id, Paid)], Cancelled));
        await Assert.ThrowsAsync<PlainStateUnavailableException>(() => Sessions.FindAsync(Id, Cancelled));
    }

    public void Dispose() => state.Dispose();

    private static int[] Order(List<int> left, int number)
    {
        List<int> order = [];
        for (var count = left.Count; count > 0; count--)
        {
            order.Add(left[number % count]);
            left.RemoveAt(number % count);
            number /= count;
        }

        return [.. order];
    }
}
