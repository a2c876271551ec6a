using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Actors;

public sealed class DeadLettersActorTests
{
    private readonly MemoryActorState state = new(new ConcurrentQueue<string>());
    private readonly DeadLettersActor actor;

    public DeadLettersActorTests() =>
        actor = new DeadLettersActor(ActorHost.CreateForTest<DeadLettersActor>(new ActorTestOptions { ActorId = new ActorId("all") }), state);

    [Fact]
    public async Task A_letter_is_kept_with_its_event_and_listed_without()
    {
        await actor.ParkAsync(Letter(1));

        var listed = Assert.Single((await ListAsync()).Letters);
        Assert.Equal(("evt_1", "no reason", "charge.succeeded", "cus_1"), (listed.Id, listed.Reason, listed.Type, listed.CustomerId));
        Assert.Null(listed.Event);
        Assert.Equal("""{"id":"evt_1"}""", (await actor.GetAsync("evt_1")).Letter!.Event!.Value.GetRawText());
    }

    [Fact]
    public async Task The_same_letter_again_is_no_second_one_but_another_attempt_with_the_newest_reason()
    {
        await actor.ParkAsync(Letter(1));
        await actor.ParkAsync(Letter(2));
        await actor.ParkAsync(Letter(1) with { Reason = "a better one", ParkedAt = PassKitWorld.Start.AddHours(5) });

        var letters = (await ListAsync()).Letters;
        Assert.Equal(["evt_1", "evt_2"], letters.Select(letter => letter.Id));
        Assert.Equal(("a better one", 2, PassKitWorld.Start.AddSeconds(1)), (letters[0].Reason, letters[0].Attempts, letters[0].ParkedAt));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(250)]
    public async Task Letters_are_listed_oldest_first_a_hundred_at_a_time_and_each_once(int count)
    {
        for (var i = 0; i < count; i++) await actor.ParkAsync(Letter(i));

        List<DeadLetter> all = [];
        DeadLetterListAnswer answer;
        long? after = null;
        do
        {
            answer = await ListAsync(after: after);
            Assert.InRange(answer.Letters.Length, 1, 100);
            all.AddRange(answer.Letters);
            after = answer.Next;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, count).Select(Id), all.Select(letter => letter.Id));
    }

    [Fact]
    public async Task A_list_of_one_kind_goes_on_after_what_was_seen()
    {
        for (var i = 0; i < 150; i++) await actor.ParkAsync(i % 50 == 7 ? Sync(i) : Letter(i));

        Assert.Equal(["sync-cus_7", "sync-cus_57", "sync-cus_107"], (await ListAsync(DeadLetterKind.Sync)).Letters.Select(letter => letter.Id));
        Assert.Equal(["sync-cus_57", "sync-cus_107"], (await ListAsync(DeadLetterKind.Sync, after: 7)).Letters.Select(letter => letter.Id));
        Assert.Empty((await ListAsync(DeadLetterKind.Sync, after: 107)).Letters);

        var events = await ListAsync(DeadLetterKind.Event);
        var rest = await ListAsync(DeadLetterKind.Event, events.Next);
        Assert.Equal((100, 47, null), (events.Letters.Length, rest.Letters.Length, rest.Next));
        Assert.DoesNotContain(events.Letters.Concat(rest.Letters), letter => letter.Kind == DeadLetterKind.Sync);
    }

    [Fact]
    public async Task A_list_of_a_rare_kind_looks_through_some_pages_at_a_time_and_still_finds_it()
    {
        for (var i = 0; i < 2_000; i++) await actor.ParkAsync(Letter(i));
        await actor.ParkAsync(Sync(1)); // the first letter of the first page that is not looked at

        var first = await ListAsync(DeadLetterKind.Sync);
        Assert.Empty(first.Letters);
        Assert.NotNull(first.Next);
        var second = await ListAsync(DeadLetterKind.Sync, first.Next);
        Assert.Equal(["sync-cus_1"], second.Letters.Select(letter => letter.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task A_discarded_letter_is_gone_and_answered_once()
    {
        await actor.ParkAsync(Letter(1));
        await actor.ParkAsync(Letter(2));

        Assert.Equal("evt_1", (await actor.DiscardAsync("evt_1")).Letter?.Id);
        Assert.Equal(new DeadLetterAnswer(null, null), await actor.DiscardAsync("evt_1"));
        Assert.Equal(new DeadLetterAnswer(null, null), await actor.GetAsync("evt_1"));
        Assert.Equal(["evt_2"], (await ListAsync()).Letters.Select(letter => letter.Id));
    }

    [Fact]
    public async Task A_letter_that_is_parked_again_after_it_was_discarded_is_the_newest()
    {
        await actor.ParkAsync(Letter(1));
        await actor.ParkAsync(Letter(2));
        await actor.DiscardAsync("evt_1");
        await actor.ParkAsync(Letter(1));

        var letters = (await ListAsync()).Letters;
        Assert.Equal(["evt_2", "evt_1"], letters.Select(letter => letter.Id));
        Assert.Equal(1, letters[1].Attempts);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(0, 2, 1)]
    public async Task Pages_that_are_emptied_in_any_order_leave_nothing_behind_but_the_index_and_the_page_that_fills(params int[] pages)
    {
        for (var i = 0; i < 310; i++) await actor.ParkAsync(Letter(i));

        foreach (var page in pages)
            for (var i = 0; i < 100; i++) await actor.DiscardAsync(Id((page * 100) + i));

        Assert.Equal(Enumerable.Range(300, 10).Select(Id), (await ListAsync()).Letters.Select(letter => letter.Id));
        Assert.Equal(["index", "page-3"], state.Keys(DeadLettersActor.TypeName, "all").Where(key => !key.StartsWith("letter-", StringComparison.Ordinal)));
        Assert.Contains("\"firstPage\":3,", state.Stored(DeadLettersActor.TypeName, "all", "index"), StringComparison.Ordinal);

        for (var i = 300; i < 310; i++) await actor.DiscardAsync(Id(i));
        await actor.ParkAsync(Letter(999));
        Assert.Equal(["evt_999"], (await ListAsync()).Letters.Select(letter => letter.Id));
        Assert.Equal(["index", "letter-evt_999", "page-3"], state.Keys(DeadLettersActor.TypeName, "all"));
    }

    [Fact]
    public async Task A_letter_on_a_page_between_two_emptied_ones_is_still_listed()
    {
        for (var i = 0; i < 310; i++) await actor.ParkAsync(Letter(i));
        for (var i = 0; i < 310; i++)
            if (i != 150) await actor.DiscardAsync(Id(i));

        Assert.Equal(["evt_150"], (await ListAsync()).Letters.Select(letter => letter.Id));
    }

    [Fact]
    public async Task What_could_not_be_saved_or_read_is_told_and_leaves_everything_as_it_was()
    {
        await actor.ParkAsync(Letter(1));
        state.FailingCommits = 2;

        Assert.NotNull((await actor.ParkAsync(Letter(2))).Failure);
        Assert.NotNull((await actor.DiscardAsync("evt_1")).Failure);
        Assert.Equal(["evt_1"], (await ListAsync()).Letters.Select(letter => letter.Id));

        state.FailingReads = 2;
        Assert.NotNull((await ListAsync()).Failure);
        Assert.NotNull((await actor.GetAsync("evt_1")).Failure);
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"evt_{number}");

    private static DeadLetter Letter(int number) => new()
    {
        Id = Id(number),
        Kind = DeadLetterKind.Event,
        CustomerId = "cus_1",
        Type = "charge.succeeded",
        Reason = "no reason",
        ParkedAt = PassKitWorld.Start.AddSeconds(number),
        Event = JsonSerializer.SerializeToElement(new { id = Id(number) }),
    };

    private static DeadLetter Sync(int number) => DeadLetter.OfSync($"cus_{number}", "refused", 1, PassKitWorld.Start);

    private Task<DeadLetterListAnswer> ListAsync(DeadLetterKind? kind = null, long? after = null) => actor.ListAsync(new DeadLetterQuery(kind, after));
}
