using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;

namespace StripePassKitActors.Customers.Operators;

/// <summary>What waits for a person: listed, shown, replayed, discarded.</summary>
internal static partial class DeadLettersEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var letters = routes.MapGroup("/api/dead-letters").RequireAuthorization(Callers.Operator).WithTags("Dead letters")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddEndpointFilter(async (context, next) =>
            {
                try
                {
                    return await next(context);
                }
                catch (Exception unavailable) when (unavailable is DeadLettersUnavailableException or ActorUnavailableException or PlainStateUnavailableException)
                {
                    return TypedResults.Problem(unavailable.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
                }
            });

        letters.MapGet("/", ListAsync).WithSummary("Letters without their events, oldest first, a hundred at most.");
        letters.MapGet("/{id}", GetAsync).WithSummary("One letter, with its event.");
        letters.MapPost("/{id}/replay", ReplayAsync).WithSummary("Tries it again; the letter is gone if that worked.");
        letters.MapDelete("/{id}", DiscardAsync).WithSummary("Discards it for good.");
    }

    private static async Task<Results<Ok<DeadLetterListInspection>, ProblemHttpResult>> ListAsync(DeadLetterBox box, string? kind = null, string? after = null)
    {
        if (kind is not (null or "event" or "sync")) return TypedResults.Problem("kind is 'event' or 'sync'.", statusCode: StatusCodes.Status400BadRequest);
        var number = 0L;
        if (after is not null && (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            return TypedResults.Problem("after is what an earlier answer gave as next.", statusCode: StatusCodes.Status400BadRequest);

        DeadLetterKind? wanted = kind switch { "event" => DeadLetterKind.Event, "sync" => DeadLetterKind.Sync, _ => null };
        var answer = await box.ListAsync(new DeadLetterQuery(wanted, after is null ? null : number));
        return TypedResults.Ok(new DeadLetterListInspection(
            [.. answer.Letters.Select(DeadLetterSummary.Of)], answer.Next?.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<DeadLetter>, NotFound>> GetAsync(string id, DeadLetterBox box) =>
        await FindAsync(id, box) is { } letter ? TypedResults.Ok(letter) : TypedResults.NotFound();

    private static async Task<Results<Ok<Replayed>, NotFound>> ReplayAsync(string id, DeadLetterBox box, EventDispatcher dispatcher, CustomerActors actors)
    {
        if (await FindAsync(id, box) is not { } letter) return TypedResults.NotFound();

        var replayed = letter.Kind == DeadLetterKind.Sync
            ? await SyncAsync(letter, actors)
            : await ApplyAsync(letter, dispatcher);
        if (replayed.Reason is null) await box.DiscardAsync(id);
        else if (letter.Kind == DeadLetterKind.Event) await box.ParkAsync(letter with { Reason = replayed.Reason });
        return TypedResults.Ok(replayed);
    }

    private static async Task<Results<NoContent, NotFound>> DiscardAsync(string id, DeadLetterBox box, ILoggerFactory loggers, string? reason = null)
    {
        if (await FindAsync(id, box) is null || await box.DiscardAsync(id) is null) return TypedResults.NotFound();
        LogDiscarded(loggers.CreateLogger(typeof(DeadLettersEndpoints)), id, reason is { Length: > 200 } ? reason[..200] : reason ?? "no reason given");
        return TypedResults.NoContent();
    }

    // An id that cannot be a key of ours names no letter; it must not become part of a path.
    private static Task<DeadLetter?> FindAsync(string id, DeadLetterBox box) => CustomerId.TryParse(id, out _) ? box.GetAsync(id) : Task.FromResult<DeadLetter?>(null);

    private static async Task<Replayed> ApplyAsync(DeadLetter letter, EventDispatcher dispatcher)
    {
        var json = letter.Event is { ValueKind: System.Text.Json.JsonValueKind.Object } stored ? stored : (System.Text.Json.JsonElement?)null;
        var answer = await dispatcher.ReplayAsync(new Delivery("", letter.Id, json, letter.Event ?? default));
        return new Replayed(answer.Outcome is { } outcome ? outcome.ToString().ToLowerInvariant() : "rejected", answer.Rejection);
    }

    private static async Task<Replayed> SyncAsync(DeadLetter letter, CustomerActors actors)
    {
        var customer = await actors.SyncAsync(CustomerId.Parse(letter.CustomerId!));
        return customer?.Pass.State is null or PassState.Synced or PassState.None
            ? new Replayed("applied", null)
            : new Replayed(customer.Pass.State.ToString().ToLowerInvariant(), customer.Pass.LastError ?? "PassKit is yet to answer.");
    }

    [LoggerMessage(2501, LogLevel.Warning, "An operator discarded the dead letter {Id}: {Reason}.")]
    private static partial void LogDiscarded(ILogger logger, string id, string reason);
}

/// <summary>Some dead letters.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="Next">What to ask <c>after</c> for more; null: no more.</param>
internal sealed record DeadLetterListInspection(IReadOnlyList<DeadLetterSummary> Items, string? Next);

/// <summary>A dead letter without its event.</summary>
internal sealed record DeadLetterSummary(string Id, DeadLetterKind Kind, string? CustomerId, string? Type, string Reason, int Attempts, DateTimeOffset ParkedAt)
{
    public static DeadLetterSummary Of(DeadLetter letter) =>
        new(letter.Id, letter.Kind, letter.CustomerId, letter.Type, letter.Reason, letter.Attempts, letter.ParkedAt);
}

/// <summary>What a replay gave.</summary>
/// <param name="Outcome">The event's outcome, <c>rejected</c>, or the state of the pass.</param>
/// <param name="Reason">Why the letter stays; null: it is gone.</param>
internal sealed record Replayed(string Outcome, string? Reason);
