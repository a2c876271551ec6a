namespace StripePassKitActors.Customers.Events;

/// <summary>
/// Whose a payment is, by its payment intent (<c>pi_…</c>) or else its charge. A dispute never names the customer and a refund did not always: without a
/// key to ask Stripe with, the charge that came before says who paid. Kept outside of actors, under <c>payment-…</c>,
/// because who asks does not know the actor yet; so is whose a linked member is (<c>payment-member-…</c>). Owners alone are kept, never amounts (rule F6).
/// </summary>
internal sealed class PaymentOwners(PlainState state) : IPaymentOwners
{
    /// <summary>Longer than any card network lets a payment be disputed.</summary>
    private static readonly TimeSpan TwoYears = TimeSpan.FromDays(730);

    private readonly Recent written = new();

    /// <inheritdoc />
    public async Task RememberAsync(IReadOnlyDictionary<string, string> owners, CancellationToken cancellationToken = default)
    {
        var unwritten = written.Missing(owners);
        if (unwritten.Count == 0) return;

        await CommitAsync(unwritten.Select(owner => KeyValuePair.Create(owner.Key, (string?)owner.Value)), cancellationToken);
        written.Add(unwritten);
    }

    /// <inheritdoc />
    public Task<string?> FindAsync(string payment, CancellationToken cancellationToken = default) => state.FindAsync<string>(Key(payment), cancellationToken);

    /// <inheritdoc />
    public async Task ForgetAsync(IReadOnlyCollection<string> payments, CancellationToken cancellationToken = default)
    {
        if (payments.Count == 0) return;

        written.Remove(payments); // first, so that whatever becomes of the call the next charge is written
        await CommitAsync(payments.Select(payment => KeyValuePair.Create(payment, (string?)null)), cancellationToken);
    }

    private static string Key(string payment) => $"payment-{payment}";

    private Task CommitAsync(IEnumerable<KeyValuePair<string, string?>> owners, CancellationToken cancellationToken) =>
        state.WriteAsync(owners.Select(owner => KeyValuePair.Create(Key(owner.Key), owner.Value)), TwoYears, cancellationToken);

    /// <summary>What was written last. A charge is told of again and again (updated, refunded, disputed); only what is not in here is written.</summary>
    private sealed class Recent
    {
        private const int Most = 10_000;

        private readonly Lock gate = new();
        private readonly Dictionary<string, string> owners = [];
        private readonly Queue<string> oldestFirst = [];

        public Dictionary<string, string> Missing(IReadOnlyDictionary<string, string> asked)
        {
            lock (gate)
            {
                return asked.Where(owner => owners.GetValueOrDefault(owner.Key) != owner.Value).ToDictionary();
            }
        }

        public void Add(Dictionary<string, string> added)
        {
            lock (gate)
            {
                foreach (var (payment, owner) in added)
                {
                    if (!owners.ContainsKey(payment)) oldestFirst.Enqueue(payment);
                    owners[payment] = owner;
                }

                // One that was removed and came again stands in the queue twice and leaves early: it is written once more.
                while (oldestFirst.Count > Most) owners.Remove(oldestFirst.Dequeue());
            }
        }

        public void Remove(IEnumerable<string> payments)
        {
            lock (gate)
            {
                foreach (var payment in payments) owners.Remove(payment);
            }
        }
    }
}
