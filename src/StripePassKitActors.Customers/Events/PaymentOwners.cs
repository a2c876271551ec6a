using System.Buffers;
using System.Net;
using System.Text.Json;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Events;

/// <summary>
/// Whose a payment is, by its payment intent (<c>pi_…</c>) or else its charge. A dispute never names the customer and a refund did not always: without a
/// key to ask Stripe with, the charge that came before says who paid. Kept outside of actors, under <c>payment-…</c> in the component
/// <see cref="DaprResources.StateStore"/>, because who asks does not know the actor yet. Owners alone are kept, never amounts (rule F6).
/// </summary>
internal sealed class PaymentOwners(IHttpClientFactory clients) : IPaymentOwners
{
    /// <summary>Longer than any card network lets a payment be disputed.</summary>
    private const string TwoYearsInSeconds = "63072000";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly Recent written = new();

    /// <inheritdoc />
    public async Task RememberAsync(IReadOnlyDictionary<string, string> owners, CancellationToken cancellationToken = default)
    {
        var unwritten = written.Missing(owners);
        if (unwritten.Count == 0) return;

        await CommitAsync(unwritten.Select(owner => (owner.Key, (string?)owner.Value)), cancellationToken);
        written.Add(unwritten);
    }

    /// <inheritdoc />
    public Task<string?> FindAsync(string payment, CancellationToken cancellationToken = default) => AskAsync(
        async (sidecar, patience) =>
        {
            using var response = await sidecar.GetAsync($"v1.0/state/{DaprResources.StateStore}/{Uri.EscapeDataString(Key(payment))}", patience);
            response.EnsureSuccessStatusCode();
            return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<string>(patience);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task ForgetAsync(IReadOnlyCollection<string> payments, CancellationToken cancellationToken = default)
    {
        if (payments.Count == 0) return;

        written.Remove(payments); // first, so that whatever becomes of the call the next charge is written
        await CommitAsync(payments.Select(payment => (payment, (string?)null)), cancellationToken);
    }

    private static string Key(string payment) => $"payment-{payment}";

    private async Task CommitAsync(IEnumerable<(string Payment, string? Owner)> changes, CancellationToken cancellationToken)
    {
        var body = Body(changes);
        await AskAsync(
            async (sidecar, patience) =>
            {
                using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };
                using var response = await sidecar.PostAsync($"v1.0/state/{DaprResources.StateStore}/transaction", content, patience);
                return response.EnsureSuccessStatusCode().StatusCode;
            },
            cancellationToken);
    }

    private async Task<T> AskAsync<T>(Func<HttpClient, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Timeout);
        try
        {
            return await question(clients.CreateClient(SidecarServices.HttpClientName), patience.Token);
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            throw new PaymentOwnersUnavailableException("Who made which payment cannot be read or written.", unreachable);
        }
    }

    private static ReadOnlyMemory<byte> Body(IEnumerable<(string Payment, string? Owner)> changes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("operations");
            foreach (var (payment, owner) in changes)
            {
                json.WriteStartObject();
                json.WriteString("operation", owner is null ? "delete" : "upsert");
                json.WriteStartObject("request");
                json.WriteString("key", Key(payment));
                if (owner is not null)
                {
                    json.WriteString("value", owner);
                    json.WriteStartObject("metadata");
                    json.WriteString("ttlInSeconds", TwoYearsInSeconds);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

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

/// <summary>The map of owners cannot be reached; whoever asked tries again.</summary>
internal sealed class PaymentOwnersUnavailableException(string message, Exception inner) : Exception(message, inner);
