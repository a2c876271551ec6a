using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Checkout;

/// <summary>
/// Reads a checkout session from Stripe for somebody who asks for its pass, and gives its customer what was bought, as the webhooks will: facts are
/// absolute, so that it does not matter which of them is first, and nothing is done twice.
/// </summary>
internal sealed partial class CheckoutReading(
    FactReader facts, Payers payers, CustomerActors actors, ICheckoutSessions sessions, TimeProvider time, ILogger<CheckoutReading> logger, IStripeApi? stripe = null)
{
    /// <summary>Whoever asks sooner, from however many pages, shares the answer.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(3);

    /// <summary>Within <see cref="Apart"/>, of all sessions: a stranger who makes ids up must not take from passes what Stripe allows this account.</summary>
    public const int MostAtOnce = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long At, Task<CheckoutRead> Read)> begun = new(StringComparer.Ordinal);

    /// <summary>Whether there is a key to read with.</summary>
    public bool IsOn => stripe is not null;

    /// <summary>What Stripe says of a session, and what came of it.</summary>
    public Task<CheckoutRead> ReadAsync(string sessionId)
    {
        lock (gate)
        {
            foreach (var old in begun.Where(entry => time.GetElapsedTime(entry.Value.At) >= Apart).Select(entry => entry.Key).ToArray()) begun.Remove(old);
            if (begun.TryGetValue(sessionId, out var known)) return known.Read;
            if (begun.Count >= MostAtOnce) return Task.FromResult<CheckoutRead>(new CheckoutRead.Unanswered());

            // Not begun beneath the lock.
            var read = Task.Run(() => TryAsync(sessionId));
            begun[sessionId] = (time.GetTimestamp(), read);
            return read;
        }
    }

    private async Task<CheckoutRead> TryAsync(string sessionId)
    {
        try
        {
            using var budget = new CancellationTokenSource(Patience, time);

            // A charge that was refunded or disputed comes before its session.
            var objects = await stripe!.ReadAsync("checkout.session", sessionId, budget.Token);
            if (objects.FirstOrDefault(one => one.Kind == "checkout.session") is not { } session) return new CheckoutRead.Unknown();

            var read = EventReader.Session(session.Json, "", session.At) ?? throw new InvalidFactException("The session is none.");
            if (read.Status != CheckoutSession.Complete) return new CheckoutRead.Found(read);

            StripeObject[] bought = [session, .. await BoughtAsync(session, read, budget.Token)];
            read = read with { CompletedAt = bought.Skip(1).Where(one => one.Kind is "charge" or "subscription").Select(one => one.Json.Moment("created")).Min() ?? read.Created };
            if (await TryApplyAsync(sessionId, session, read, [.. bought.SelectMany(one => facts.Read(one))]))
                await sessions.RememberAsync([KeyValuePair.Create(sessionId, read)]);
            return new CheckoutRead.Found(read);
        }
        catch (Exception unanswered) when (unanswered is StripeUnavailableException or StripeRefusedException or ActorUnavailableException or PlainStateUnavailableException)
        {
            LogUnanswered(logger, unanswered.Message);
        }
        catch (Exception unreadable) when (unreadable is InvalidFactException or System.Text.Json.JsonException)
        {
            LogUnreadable(logger, unreadable.GetType().Name);
        }

        return new CheckoutRead.Unanswered();
    }

    /// <summary>What earns the pass besides the session itself.</summary>
    private async Task<IReadOnlyList<StripeObject>> BoughtAsync(StripeObject session, CheckoutSession read, CancellationToken budget)
    {
        if (read.SubscriptionId is { } subscription) return await stripe!.ReadAsync("subscription", subscription, budget);
        return session.Json.Part("payment_intent")?.Reference("latest_charge") is { } charge ? await stripe!.ReadAsync("charge", charge, budget) : [];
    }

    /// <summary>Whether it was anything to its customer; not to one who is forgotten (rule B10), of whom nothing is written down anew.</summary>
    private async Task<bool> TryApplyAsync(string sessionId, StripeObject session, CheckoutSession read, IReadOnlyCollection<Fact> bought)
    {
        if (EventReader.Payer(session.Kind, session.Json) is not { } payer) return true;

        // One that is paid later tells something new.
        var id = $"checkout-page-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sessionId)))[..16]}-{(read.Paid ? "paid" : "unpaid")}";
        var reading = new EventReading.Understood(payer, new CustomerEvent(id, "checkout.session.read", [.. bought]));
        if (payers.Ignores(reading)) return true;

        var answers = await actors.ApplyAsync(await payers.ActorOfAsync(payer), [reading.Event]);
        if (answers.Any(answer => answer.Rejection is not null)) LogRejected(logger, payer.Actor.Value);
        return answers.All(answer => answer.Outcome != Outcome.Ignored);
    }

    [LoggerMessage(2901, LogLevel.Warning, "A checkout that somebody came back from could not be read from Stripe, or not be applied; its webhook will tell: {Why}")]
    private static partial void LogUnanswered(ILogger logger, string why);

    [LoggerMessage(2902, LogLevel.Error, "A checkout that was read from Stripe cannot be understood ({Why}).")]
    private static partial void LogUnreadable(ILogger logger, string why);

    [LoggerMessage(2903, LogLevel.Warning, "What was read of a checkout contradicts what is known of {CustomerId}; its webhook will be parked with the reason.")]
    private static partial void LogRejected(ILogger logger, string customerId);
}

/// <summary>What reading a checkout session gave.</summary>
internal abstract record CheckoutRead
{
    private CheckoutRead()
    {
    }

    /// <summary>Stripe shows it.</summary>
    public sealed record Found(CheckoutSession Session) : CheckoutRead;

    /// <summary>Stripe has no such session in this account and mode.</summary>
    public sealed record Unknown : CheckoutRead;

    /// <summary>It cannot be told now.</summary>
    public sealed record Unanswered : CheckoutRead;
}
