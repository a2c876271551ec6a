using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>Which event goes to which endpoint, when it is tried again, and what is still outstanding.</summary>
internal sealed class Deliveries(Account account)
{
    /// <summary>What is due when an attempt is.</summary>
    public const string Due = "deliver";

    /// <summary>The status of one that waits to be let go.</summary>
    public const string Held = "held";

    /// <summary>When an attempt that failed is followed by another, counted from the first: ever longer waits, for three days.</summary>
    public static readonly IReadOnlyList<TimeSpan> Retries =
    [
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(35), TimeSpan.FromMinutes(75), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24), TimeSpan.FromHours(48), TimeSpan.FromHours(72),
    ];

    /// <summary>Ids of deliveries whose attempt is due; who takes them calls <see cref="Prepare"/> and then <see cref="Answered"/>.</summary>
    public List<string> Ready { get; } = [];

    /// <summary>After a restart: an attempt that was under way is made again, as nobody knows whether it arrived.</summary>
    public void Resume()
    {
        foreach (var delivery in account.All("_delivery", new Filter("status", "ready"))) Begin(delivery.Text("id")!);
        LetGo();
    }

    /// <summary>Has those delivered now that were held back.</summary>
    public void LetGo()
    {
        foreach (var delivery in account.All("_delivery", new Filter("status", Held)))
        {
            delivery["first_at"] = account.Now.ToUnixTimeMilliseconds();
            Begin(delivery.Text("id")!);
        }
    }

    public void Begin(string id)
    {
        if (account.Store.Find(id) is not { } delivery) return;
        delivery["status"] = "ready";
        Ready.Add(id);
    }

    /// <summary>What to send where; null when its endpoint is gone or disabled, which ends its retries.</summary>
    public Outgoing? Prepare(string id)
    {
        if (account.Store.Find(id) is not { } delivery || account.Store.Find(delivery.Text("event")!) is not { } stripeEvent) return null;
        var endpoint = account.Store.Find(delivery.Text("endpoint")!);
        if (endpoint is not null && endpoint.Text("status") == "enabled")
        {
            var told = stripeEvent.Shown();
            told["api_version"] = endpoint.Text("api_version") ?? told.Text("api_version");
            return new Outgoing(new Uri(endpoint.Text("url")!), endpoint.Text("_secret")!, told);
        }

        account.Store.Remove(id);
        return null;
    }

    /// <summary>Takes note of how an attempt went; the status is null when nobody answered.</summary>
    public void Answered(string id, int? status)
    {
        if (account.Store.Find(id) is not { } delivery) return;
        var attempts = delivery.Number("attempts") + 1;
        delivery["attempts"] = attempts;
        delivery["last_status"] = status is { } answer ? (long)answer : null;
        if (status is >= 200 and < 300)
        {
            var stripeEvent = account.Get("event", delivery.Text("event")!);
            var outstanding = stripeEvent["_undelivered"]!.AsArray();
            if (outstanding.FirstOrDefault(endpoint => endpoint!.GetValue<string>() == delivery.Text("endpoint")) is { } reached) outstanding.Remove(reached);
            stripeEvent["pending_webhooks"] = (long)outstanding.Count;
            account.Store.Remove(id);
        }
        else if (delivery.Flag("retried") && attempts <= Retries.Count)
        {
            delivery["status"] = "waiting";
            account.Schedule(DateTimeOffset.FromUnixTimeMilliseconds(delivery.Number("first_at")) + Retries[(int)attempts - 1], Due, id);
        }
        else
        {
            delivery["status"] = "failed";
        }
    }

    /// <summary>Sends an event once more to every endpoint that is enabled, whatever became of it before.</summary>
    public void Again(string eventId)
    {
        var stripeEvent = account.Get("event", eventId);
        foreach (var endpoint in account.All("webhook_endpoint", new Filter("status", "enabled")))
            account.Deliver(stripeEvent, endpoint.Text("id")!, account.Now, retried: false);
    }

    /// <summary>What waits for another attempt or has had its last, of all events or of those chosen.</summary>
    public IReadOnlyList<PendingDelivery> Pending(params IEnumerable<Filter> filters) =>
    [
        .. account.All("_delivery", filters).Select(delivery => new PendingDelivery(
            delivery.Text("event")!,
            delivery.Text("endpoint")!,
            (int)delivery.Number("attempts"),
            (int?)delivery.NumberOrNull("last_status"),
            delivery.Text("status") != "failed",
            delivery.Text("status") == Held)),
    ];

    /// <summary>One attempt: a body, what signs it, and where it goes.</summary>
    public sealed record Outgoing(Uri Url, string Secret, JsonObject Event);
}
