using System.Collections.Concurrent;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Events;

/// <summary>
/// Takes what the broker has: reads it, finds whose it is, hands all events of one customer to its actor in one call, parks what cannot be
/// understood or applied. A delivery is taken once its effect is saved.
/// </summary>
internal sealed partial class EventDispatcher(
    EventReader reader,
    Payers payers,
    CustomerActors actors,
    CatalogueWalks catalogue,
    DeadLetterBox deadLetters,
    ICheckoutSessions sessions,
    CustomersMetrics metrics,
    TimeProvider time,
    ILogger<EventDispatcher> logger)
{
    /// <summary>Handles deliveries; answers those that must come again.</summary>
    public async Task<IReadOnlySet<Delivery>> HandleAsync(IReadOnlyCollection<Delivery> deliveries)
    {
        var again = new ConcurrentBag<Delivery>();
        var understood = new List<(Delivery Delivery, EventReading.Understood Reading)>();
        var parked = new List<Task>();
        var passedOn = new List<Task>();
        var checkouts = new List<(Delivery Delivery, KeyValuePair<string, CheckoutSession> Session)>();
        foreach (var delivery in deliveries)
        {
            var read = Read(delivery);
            if (read.Checkout is { } checkout && !IsTaken(read)) checkouts.Add((delivery, checkout));
            switch (read)
            {
                case EventReading.Understood reading when !IsTaken(reading):
                    metrics.EventIrrelevant(reading.Event.Type);
                    LogIrrelevant(logger, reading.Event.Id, "it is a guest's, and guests are ignored");
                    break;
                case EventReading.Understood reading:
                    understood.Add((delivery, reading));
                    break;
                case EventReading.Irrelevant irrelevant:
                    metrics.EventIrrelevant(irrelevant.Type);
                    LogIrrelevant(logger, irrelevant.EventId, irrelevant.Why);
                    break;
                case EventReading.Catalogue changed when catalogue.IsOn:
                    passedOn.Add(OrAgain([delivery], () => PassOnAsync(changed)));
                    break;
                case EventReading.Catalogue changed:
                    metrics.EventIrrelevant(changed.Type);
                    LogIrrelevant(logger, changed.EventId, "without reading nobody knows who holds it; they learn of it by their own next event");
                    break;
                case EventReading.Unreadable unreadable:
                    parked.Add(OrAgain([delivery], () => ParkAsync(delivery, unreadable.Type, unreadable.Customer, unreadable.Reason)));
                    break;
            }
        }

        // Beside the turns: neither needs the other, and what is taken needs both.
        var paid = understood.Where(taken => payers.Remembers(taken.Reading.Payer)).ToArray();
        var remembered = OrAgain([.. paid.Select(taken => taken.Delivery)], () => payers.RememberAsync(paid.Select(taken => taken.Reading.Payer)));
        var shown = OrAgain([.. checkouts.Select(told => told.Delivery)], () => sessions.RememberAsync([.. checkouts.Select(told => told.Session)]));
        var named = understood.Where(taken => taken.Reading.Payer.Customer is not null)
            .GroupBy(taken => taken.Reading.Payer.Customer!.Value)
            .Select(group => OrAgain([.. group.Select(taken => taken.Delivery)], () => ApplyAsync(group.Key, [.. group])));
        var unnamed = understood.Where(taken => taken.Reading.Payer.Customer is null)
            .GroupBy(taken => taken.Reading.Payer)
            .Select(group => OrAgain([.. group.Select(taken => taken.Delivery)], async () => await ApplyAsync(await payers.ActorOfAsync(group.Key), [.. group])));
        await Task.WhenAll([.. parked, .. passedOn, .. named, .. unnamed, remembered, shown]);
        return again.ToHashSet();

        async Task OrAgain(IReadOnlyCollection<Delivery> affected, Func<Task> handle)
        {
            try
            {
                await handle();
            }
            catch (Exception unavailable) when (unavailable is ActorUnavailableException or DeadLettersUnavailableException or PlainStateUnavailableException)
            {
                LogAgain(logger, affected.Count, unavailable.Message);
                foreach (var delivery in affected) again.Add(delivery);
            }
        }
    }

    /// <summary>Takes one parked event at an operator's word, the way that it would have gone; what became of it is answered, not parked.</summary>
    /// <exception cref="ActorUnavailableException">It may not be taken.</exception>
    /// <exception cref="PlainStateUnavailableException">It may not be taken.</exception>
    public async Task<EventAnswer> ReplayAsync(Delivery delivery)
    {
        var read = Read(delivery);
        if (read.Checkout is { } checkout && !IsTaken(read)) await sessions.RememberAsync([checkout]);
        switch (read)
        {
            case EventReading.Understood reading when IsTaken(reading):
                if (payers.Remembers(reading.Payer)) await payers.RememberAsync([reading.Payer]);
                return (await TakeAsync(await payers.ActorOfAsync(reading.Payer), [reading])).Single();
            case EventReading.Catalogue changed when catalogue.IsOn:
                await PassOnAsync(changed);
                return new EventAnswer(changed.EventId, Outcome.Applied, null);
            case EventReading.Unreadable unreadable:
                return new EventAnswer(delivery.Id, null, unreadable.Reason);
            default:
                return new EventAnswer(delivery.Id, Outcome.Ignored, null);
        }
    }

    /// <summary>Returns if the dead letters can be reached.</summary>
    /// <exception cref="DeadLettersUnavailableException">They cannot.</exception>
    public Task LettersAnswerAsync(Delivery delivery) => deadLetters.GetAsync(DeadLetter.EventId(delivery.Id, delivery.Raw));

    /// <summary>Parks a delivery that failed longer than anything tries.</summary>
    /// <exception cref="DeadLettersUnavailableException">It is not parked.</exception>
    public Task ParkDeadAsync(Delivery delivery)
    {
        const string reason = "It could not be applied in many tries; its customer's actor fails or cannot be reached.";
        return Read(delivery) is EventReading.Understood understood
            ? ParkAsync(delivery, understood.Event.Type, understood.Payer.Actor.Value, reason)
            : ParkAsync(delivery, null, null, reason);
    }

    /// <summary>Reads a delivery; never throws for what it holds.</summary>
    private EventReading Read(Delivery delivery)
    {
        if (delivery.Event is not { } json)
        {
            return new EventReading.Unreadable(delivery.Id, null, null, "The body is no Stripe event that can be read: no JSON object, a duplicate key, or no id and type.");
        }

        try
        {
            return reader.Read(json);
        }
        catch (Exception unforeseen)
        {
            // The reader foresees what JSON can hold. If it is wrong about that, one event is parked, not its neighbours lost.
            LogUnforeseen(logger, unforeseen, delivery.Id);
            return new EventReading.Unreadable(delivery.Id, null, null, $"It could not be read ({unforeseen.GetType().Name}).");
        }
    }

    private Task ParkAsync(Delivery delivery, string? type, string? customer, string reason) => deadLetters.ParkAsync(new DeadLetter
    {
        Id = DeadLetter.EventId(delivery.Id, delivery.Raw),
        Kind = DeadLetterKind.Event,
        CustomerId = customer,
        Type = type,
        Reason = reason,
        ParkedAt = time.GetUtcNow(),
        Event = delivery.Raw,
    });

    private async Task PassOnAsync(EventReading.Catalogue changed)
    {
        await catalogue.BeginAsync(changed);
        metrics.EventPassedOn(changed.Type);
    }

    private async Task ApplyAsync(CustomerId customer, IReadOnlyList<(Delivery Delivery, EventReading.Understood Reading)> taken)
    {
        using var activity = CustomersMetrics.Activities.StartActivity("apply events");
        activity?.SetTag("stripe.customer.id", customer.Value);
        using var scope = logger.BeginScope(new Dictionary<string, object>
        {
            ["stripe.customer.id"] = customer.Value,
            ["stripe.event.id"] = string.Join(' ', taken.Select(one => one.Reading.Event.Id)),
        });

        var answers = await TakeAsync(customer, [.. taken.Select(one => one.Reading)]);
        foreach (var (answer, one) in answers.Zip(taken))
        {
            if (answer.Rejection is { } rejection) await ParkAsync(one.Delivery, one.Reading.Event.Type, customer.Value, rejection);
        }
    }

    private async Task<IReadOnlyList<EventAnswer>> TakeAsync(CustomerId customer, IReadOnlyCollection<EventReading.Understood> readings)
    {
        // First, so that the guest's pass becomes the customer's: the events might earn another.
        foreach (var guest in readings.Select(reading => reading.Payer).Where(payer => payer.Gained)) await actors.HandOverAsync(guest.Payment!.Value, customer);
        var answers = await actors.ApplyAsync(customer, [.. readings.Select(reading => reading.Event)]);
        await sessions.RememberAsync([.. readings.Zip(answers).Where(pair => !IsOfForgotten(pair.First, pair.Second)).Select(pair => pair.First.Checkout).OfType<KeyValuePair<string, CheckoutSession>>()]);
        return answers;
    }

    private bool IsTaken(EventReading read) => read is EventReading.Understood understood && !payers.Ignores(understood);

    /// <summary>Of whoever is forgotten nothing is written down anew (rule B10).</summary>
    private static bool IsOfForgotten(EventReading.Understood reading, EventAnswer answer) => answer.Outcome == Outcome.Ignored && !reading.Event.Facts.IsEmpty;

    [LoggerMessage(2401, LogLevel.Debug, "Let {EventId} go: {Why}.")]
    private static partial void LogIrrelevant(ILogger logger, string eventId, string why);

    [LoggerMessage(2403, LogLevel.Error, "{EventId} could not be read for a reason that nobody foresaw.")]
    private static partial void LogUnforeseen(ILogger logger, Exception unforeseen, string eventId);

    [LoggerMessage(2402, LogLevel.Warning, "{Count} deliveries must come again: {Reason}")]
    private static partial void LogAgain(ILogger logger, int count, string reason);
}
