using System.Collections.Immutable;
using Dapr.Actors.Runtime;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.DeadLetters;

/// <summary>Keeps the dead letters: <c>index</c>, <c>page-n</c> (letters without their events), <c>letter-id</c> (one with its event).</summary>
[Actor(TypeName = TypeName)]
internal sealed partial class DeadLettersActor(ActorHost host, IActorState state) : Actor(host), IDeadLettersActor
{
    /// <summary>Part of every state key: never renamed.</summary>
    public const string TypeName = "DeadLettersActor";

    /// <summary>How many pages one turn looks through for letters of a kind, or of a customer.</summary>
    private const int PagesALook = 20;

    /// <summary>Each read has its own patience, which waiting in a queue of hundreds would use up.</summary>
    private const int LettersAtOnce = 50;

    /// <inheritdoc />
    public Task<DeadLetterAnswer> ParkAsync(DeadLetter letter) => TurnAsync(async () =>
    {
        var stored = await LetterAsync(letter.Id);
        var index = await IndexAsync();
        var number = stored?.Number ?? index.Next;
        var renewed = stored is null ? letter : letter with { ParkedAt = stored.Letter.ParkedAt, Attempts = Math.Max(stored.Letter.Attempts + 1, letter.Attempts) };

        var page = await PageAsync(DeadLetterIndex.PageOf(number));
        var summary = new StoredLetter(number, renewed with { Event = null });
        var changes = new StateChanges()
            .Set(LetterKey(letter.Id), new StoredLetter(number, renewed), StateJson.StoredLetter)
            .Set(
                PageKey(DeadLetterIndex.PageOf(number)),
                new DeadLetterPage([.. page.Letters.Where(row => row.Number != number).Append(summary).OrderBy(row => row.Number)]),
                StateJson.DeadLetterPage);
        if (stored is null) changes.Set(IndexKey, index with { Next = number + 1 }, StateJson.DeadLetterIndex);

        await state.CommitAsync(TypeName, Id, changes);
        return new DeadLetterAnswer(renewed, null);
    });

    /// <inheritdoc />
    public Task<DeadLetterAnswer> GetAsync(string id) => TurnAsync(async () => new DeadLetterAnswer((await LetterAsync(id))?.Letter, null));

    /// <inheritdoc />
    public Task<DeadLetterAnswer> DiscardAsync(string id) => TurnAsync(async () =>
    {
        if (await LetterAsync(id) is not { } stored) return new DeadLetterAnswer(null, null);

        await RemoveAsync(await IndexAsync(), [stored]);
        return new DeadLetterAnswer(stored.Letter, null);
    });

    /// <inheritdoc />
    public Task<DeadLetterCountAnswer> DiscardOfAsync(DeadLetterSearch search) => TurnAsync(
        async () =>
        {
            var wanted = search.Names.ToHashSet(StringComparer.Ordinal);
            var index = await IndexAsync();
            var last = DeadLetterIndex.PageOf(index.Next);
            var number = Math.Max(index.FirstPage, DeadLetterIndex.PageOf(search.From));
            List<StoredLetter> found = [];
            for (var end = number + PagesALook; number <= last && number < end; number++)
            {
                foreach (var some in (await PageAsync(number)).Letters.Where(row => row.Number >= search.From).Chunk(LettersAtOnce))
                {
                    var named = await Task.WhenAll(some.Select(IsNamedAsync));
                    found.AddRange(some.Where((_, row) => named[row]));
                }
            }

            if (found.Count > 0) await RemoveAsync(index, found);
            return number > last ? new DeadLetterCountAnswer(found.Count, index.Next, IsLast: true, null) : new DeadLetterCountAnswer(found.Count, number * DeadLetterIndex.PageSize, IsLast: false, null);

            async Task<bool> IsNamedAsync(StoredLetter row) =>
                row.Letter.CustomerId is { } customer ? wanted.Contains(customer) : (await LetterAsync(row.Letter.Id))?.Letter.Names(wanted) == true;
        },
        failure => new DeadLetterCountAnswer(0, search.From, IsLast: false, failure));

    /// <inheritdoc />
    public Task<DeadLetterListAnswer> ListAsync(DeadLetterQuery query) => TurnAsync(
        async () =>
        {
            var index = await IndexAsync();
            var letters = ImmutableArray.CreateBuilder<DeadLetter>();
            var seen = 0L;
            var first = Math.Max(index.FirstPage, query.After is { } after ? DeadLetterIndex.PageOf(after) : 0);
            var last = DeadLetterIndex.PageOf(index.Next);
            for (var number = first; number <= last; number++)
            {
                if (number - first == PagesALook) return new DeadLetterListAnswer(letters.ToImmutable(), (number * DeadLetterIndex.PageSize) - 1, null);

                var page = await PageAsync(number);
                foreach (var row in page.Letters.Where(row => row.Number > (query.After ?? -1) && (query.Kind is null || row.Letter.Kind == query.Kind)))
                {
                    // Only one more tells that there is more.
                    if (letters.Count == DeadLetterIndex.PageSize) return new DeadLetterListAnswer(letters.ToImmutable(), seen, null);
                    letters.Add(row.Letter);
                    seen = row.Number;
                }
            }

            return new DeadLetterListAnswer(letters.ToImmutable(), null, null);
        },
        failure => new DeadLetterListAnswer([], null, failure));

    private const string IndexKey = "index";

    private static string PageKey(long number) => $"page-{number}";

    private static string LetterKey(string id) => $"letter-{id}";

    private async Task<DeadLetterIndex> IndexAsync() =>
        await state.ReadAsync(TypeName, Id, IndexKey, StateJson.DeadLetterIndex) ?? new DeadLetterIndex(0, 0);

    private async Task<DeadLetterPage> PageAsync(long number) =>
        await state.ReadAsync(TypeName, Id, PageKey(number), StateJson.DeadLetterPage) ?? new DeadLetterPage([]);

    private async Task RemoveAsync(DeadLetterIndex index, IReadOnlyCollection<StoredLetter> removed)
    {
        var changes = new StateChanges();
        foreach (var letter in removed) changes.Remove(LetterKey(letter.Letter.Id));

        Dictionary<long, DeadLetterPage> pages = [];
        foreach (var group in removed.GroupBy(letter => DeadLetterIndex.PageOf(letter.Number)))
        {
            var gone = group.Select(letter => letter.Number).ToHashSet();
            var page = pages[group.Key] = new DeadLetterPage([.. (await PageAsync(group.Key)).Letters.Where(row => !gone.Contains(row.Number))]);

            // A page that is empty and can fill no more is gone, and so are those before the first letter: a list never walks through what was.
            if (page.Letters.IsEmpty && group.Key < DeadLetterIndex.PageOf(index.Next)) changes.Remove(PageKey(group.Key));
            else changes.Set(PageKey(group.Key), page, StateJson.DeadLetterPage);
        }

        var first = index.FirstPage;
        while (first < DeadLetterIndex.PageOf(index.Next) && (pages.GetValueOrDefault(first) ?? await PageAsync(first)).Letters.IsEmpty) first++;
        if (first != index.FirstPage) changes.Set(IndexKey, index with { FirstPage = first }, StateJson.DeadLetterIndex);
        await state.CommitAsync(TypeName, Id, changes);
    }

    private Task<StoredLetter?> LetterAsync(string id) => state.ReadAsync(TypeName, Id, LetterKey(id), StateJson.StoredLetter);

    private Task<DeadLetterAnswer> TurnAsync(Func<Task<DeadLetterAnswer>> body) => TurnAsync(body, failure => new DeadLetterAnswer(null, failure));

    private async Task<T> TurnAsync<T>(Func<Task<T>> body, Func<string, T> failed)
    {
        try
        {
            return await body();
        }
        catch (Exception failure)
        {
            // Nothing throws through the SDK. Nothing was saved; whoever called tries again.
            LogTurnFailed(Logger, failure);
            return failed($"The dead letters cannot be reached ({failure.GetType().Name}).");
        }
    }

    [LoggerMessage(2301, LogLevel.Error, "A turn of the dead letters failed; nothing of it was saved.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure);
}
