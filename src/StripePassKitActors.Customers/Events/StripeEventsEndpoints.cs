using System.Text.Json;
using System.Text.Json.Serialization;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Operators;

namespace StripePassKitActors.Customers.Events;

/// <summary>What the subscriptions in <c>components/</c> deliver to.</summary>
internal static class StripeEventsEndpoints
{
    /// <summary>Between two tries to take a dead delivery; short beside an outage, long beside a turn.</summary>
    private static readonly TimeSpan DeadWait = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddStripeEvents(this IServiceCollection services) =>
        services.AddSingleton<IPaymentOwners, PaymentOwners>().AddSingleton<Payers>().AddSingleton<EventDispatcher>().AddSingleton<PassKitHints>();

    public static void MapStripeEvents(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/events").RequireAuthorization(Callers.Sidecar).ExcludeFromDescription();

        // A bulk is answered entry by entry; an entry without an answer would come again.
        events.MapPost("/stripe", async (JsonElement bulk, EventDispatcher dispatcher) =>
        {
            Delivery[] deliveries = [.. bulk.GetProperty("entries").EnumerateArray().Select(Delivery.OfEntry)];
            var again = await dispatcher.HandleAsync(deliveries);
            return TypedResults.Ok(new BulkAnswer([.. deliveries.Select(delivery =>
                new EntryAnswer(delivery.EntryId, again.Contains(delivery) ? "RETRY" : "SUCCESS"))]));
        });

        events.MapPost("/passkit", async (CloudEventOf<PassKitHint> cloudEvent, PassKitHints hints) =>
            TypedResults.Ok(new DeliveryAnswer(await hints.HandleAsync(cloudEvent.Data ?? new PassKitHint(null, null, null)) ? "SUCCESS" : "RETRY")));

        events.MapPost("/dead", async (HttpContext context, JsonElement cloudEvent, EventDispatcher dispatcher, TimeProvider time, IHostApplicationLifetime lifetime) =>
        {
            try
            {
                await TakeDeadAsync(Delivery.Of("", cloudEvent), dispatcher, time, lifetime.ApplicationStopping);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // Left with the broker: the sidecar's call breaks off. An answer, whichever, would count as a try.
                context.Abort();
            }
        });
    }

    /// <summary>
    /// What failed longer than the inbound policy tries: most often the state store or the actors were away, so it is tried once more; what
    /// still fails is parked; and where even that fails it waits, because the sidecar forgets a dead delivery that is answered with an error.
    /// </summary>
    private static async Task TakeDeadAsync(Delivery delivery, EventDispatcher dispatcher, TimeProvider time, CancellationToken stopping)
    {
        while ((await dispatcher.HandleAsync([delivery])).Count > 0)
        {
            try
            {
                // Once letters can be read the store is back, and what failed for its sake alone can be applied.
                await dispatcher.LettersAnswerAsync(delivery);
                if ((await dispatcher.HandleAsync([delivery])).Count == 0) return;
                await dispatcher.ParkDeadAsync(delivery);
                return;
            }
            catch (DeadLettersUnavailableException)
            {
                await Task.Delay(DeadWait, time, stopping);
            }
        }
    }
}

/// <summary>What the sidecar delivers, as far as it is used.</summary>
internal sealed record CloudEventOf<T>(T? Data);

/// <summary>The answer to a delivery that came alone: <c>SUCCESS</c> or <c>RETRY</c>.</summary>
internal sealed record DeliveryAnswer([property: JsonPropertyName("status")] string Status);

/// <summary>The answer to a bulk.</summary>
internal sealed record BulkAnswer([property: JsonPropertyName("statuses")] IReadOnlyList<EntryAnswer> Statuses);

/// <summary>The answer to one entry: <c>SUCCESS</c> or <c>RETRY</c>.</summary>
internal sealed record EntryAnswer([property: JsonPropertyName("entryId")] string EntryId, [property: JsonPropertyName("status")] string Status);
