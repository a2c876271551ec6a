using System.Collections.Immutable;
using System.Text.Json;
using Dapr.Actors.Runtime;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Catalogue;

/// <summary>
/// One price, or one product, and the walk through those who hold it after it changed (rule B2): a page of subscriptions a step, each handed
/// to its customer as Stripe shows it now. Key <c>walk</c>. What a customer loses by it the customer's own turn decides (rule F5).
/// </summary>
[Actor(TypeName = TypeName)]
internal sealed partial class CatalogueActor(
    ActorHost host,
    IActorState state,
    FactReader reader,
    CustomerActors customers,
    CustomersMetrics metrics,
    TimeProvider time,
    Random random,
    IStripeApi? stripe = null) : Actor(host), ICatalogueActor, IRemindable
{
    /// <summary>Part of every state key: never renamed.</summary>
    public const string TypeName = "CatalogueActor";

    /// <summary>
    /// From a change to the first step. Merchants edit field by field, and each edit begins the walk anew. It also parts what is read from
    /// what was read before the change: as-of are whole seconds, and two reads of one second are one.
    /// </summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Between two steps of at most twenty customers. A lower tier makes each of them read itself anew, which takes one or two calls of an endpoint:
    /// so a walk takes less than half of what Stripe allows in a second, and who pays meanwhile does not wait for it.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    /// <summary>After so many failures in a row of one step, about an hour, the customers that still fail are left behind.</summary>
    public const int MostAttempts = 12;

    /// <summary>So many of those attempts a Stripe that does not answer may use up, which is as long as it may wait: the customers have the others.</summary>
    private const int MostUnanswered = 9;

    private const string WalkKey = "walk";

    private const string Wake = "wake";

    /// <summary>The reminder repeats until it is replaced, so that a step that saved nothing is tried again.</summary>
    private static readonly TimeSpan WakePeriod = TimeSpan.FromMinutes(1);

    /// <summary>Stripe's share of a turn.</summary>
    private static readonly TimeSpan Share = TimeSpan.FromSeconds(2.5);

    private const int CustomersAtATime = 10;

    /// <inheritdoc />
    public Task<CatalogueAnswer> ChangedAsync(CatalogueChange change) => TurnAsync(async () =>
    {
        var known = await ReadAsync();
        if (known?.Change.EventId == change.EventId) return;

        // Whoever was told already is told again: the price is not what it was then.
        var first = time.GetUtcNow() + Settle;
        var walk = new CatalogueWalk(change, (known?.Number ?? 0) + 1) { Prices = change.Kind == "price" ? [change.Id] : null, NextAt = first };
        await WakeAtAsync(first);
        await SaveAsync(walk);
    });

    /// <inheritdoc />
    public Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period) => TurnAsync(async () =>
    {
        if (await ReadAsync() is not { NextAt: { } due } walk)
        {
            // All are told, or the first turn registered it and could not save.
            await UnregisterReminderAsync(Wake);
            return;
        }

        if (due > time.GetUtcNow())
        {
            await WakeAtAsync(due);
            return;
        }

        walk = await StepAsync(walk);
        if (walk.NextAt is { } next) await WakeAtAsync(next);
        await SaveAsync(walk);
        if (walk.NextAt is null) await UnregisterReminderAsync(Wake);
    });

    private async Task<CatalogueWalk> StepAsync(CatalogueWalk walk)
    {
        if (stripe is null) return walk.On([], null, default); // the key was taken away
        using var budget = new CancellationTokenSource(Share, time);
        try
        {
            if (walk.Prices is not { } prices) return walk.On([.. await stripe.PricesOfProductAsync(walk.Change.Id, budget.Token)], null, time.GetUtcNow() + Pause);
            if (prices.IsEmpty) return walk.On([], null, default);

            var (subscriptions, next) = await stripe.SubscriptionsOfPriceAsync(prices[0], walk.After, budget.Token);
            var failed = await TellAsync(walk, await TellingAsync(walk, prices[0], subscriptions, budget.Token));
            if (failed.Count > 0 && walk.Attempts + 1 < MostAttempts) return Again(walk, Backoff.After(walk.Attempts, random), $"{failed.Count} customers could not be told");

            foreach (var customer in failed) LogLeftBehind(Logger, customer, walk.Change.Kind, walk.Change.Id);
            return walk.On(next is null ? prices.RemoveAt(0) : prices, next, time.GetUtcNow() + Pause);
        }
        catch (StripeUnavailableException unanswered)
        {
            return Unanswered(walk, Backoff.NoSoonerThan(unanswered.RetryAfter, Backoff.After(walk.Attempts, random), random), unanswered.Message);
        }
        catch (StripeRefusedException refused)
        {
            return Unanswered(walk, Backoff.SetUp(random), refused.Message);
        }
    }

    private CatalogueWalk Again(CatalogueWalk walk, TimeSpan wait, string why)
    {
        LogAgain(Logger, walk.Change.Kind, walk.Change.Id, why);
        return walk with { Attempts = walk.Attempts + 1, NextAt = time.GetUtcNow() + wait };
    }

    private CatalogueWalk Unanswered(CatalogueWalk walk, TimeSpan wait, string why) => Again(walk with { Attempts = Math.Min(walk.Attempts, MostUnanswered - 1) }, wait, why);

    /// <summary>
    /// What each customer is told. A list shows a product's id alone, so that the product is read beside each page; of other products
    /// than this price's a customer knows what it knew.
    /// </summary>
    private async Task<ILookup<CustomerId, CustomerEvent>> TellingAsync(CatalogueWalk walk, string price, IReadOnlyList<StripeObject> subscriptions, CancellationToken budget)
    {
        List<(CustomerId Customer, string Subscription, ImmutableArray<Fact> Facts)> telling = [];
        foreach (var listed in subscriptions)
        {
            if (!CustomerId.TryParse(listed.Json.Reference("customer") ?? listed.Json.Text("customer_account"), out var customer)) continue;

            // A list shows the first items only.
            var read = listed.Json.Part("items")?.Flag("has_more") == true ? await stripe!.ReadAsync("subscription", listed.Id, budget) : [listed];
            if (read.SelectMany(Facts).ToImmutableArray() is { IsEmpty: false } facts) telling.Add((customer, listed.Id, facts));
        }

        var product = telling.SelectMany(told => told.Facts).OfType<SubscriptionFact>().SelectMany(subscription => subscription.Items).FirstOrDefault(item => item.PriceId == price)?.ProductId;
        var tier = product is not null && await stripe!.ReadAsync("product", product, budget) is [var shown, ..] ? reader.ProductTier(shown.Json) : null;
        return telling.ToLookup(
            told => told.Customer,
            told => new CustomerEvent(walk.EventIdOf(told.Subscription), walk.Change.Type, [.. told.Facts.Select(fact => tier is null ? fact : With(fact, product!, tier))]));
    }

    private static Fact With(Fact fact, string product, string tier) => fact is SubscriptionFact subscription
        ? subscription with { Items = [.. subscription.Items.Select(item => item.ProductId == product ? item with { ProductTier = tier } : item)] }
        : fact;

    private IEnumerable<Fact> Facts(StripeObject read)
    {
        try
        {
            return reader.Read(read);
        }
        catch (Exception invalid) when (invalid is InvalidFactException or JsonException)
        {
            LogUnreadable(Logger, read.Kind, read.Id, invalid.GetType().Name);
            return [];
        }
    }

    /// <summary>Tells a page's customers; those who could not be told.</summary>
    private async Task<IReadOnlyCollection<string>> TellAsync(CatalogueWalk walk, ILookup<CustomerId, CustomerEvent> telling)
    {
        List<string> failed = [];
        foreach (var some in telling.Chunk(CustomersAtATime))
        {
            var told = await Task.WhenAll(some.Select(customer => IsToldAsync(walk, customer.Key, [.. customer])));
            failed.AddRange(some.Where((_, number) => !told[number]).Select(customer => customer.Key.Value));
        }

        return failed;
    }

    private async Task<bool> IsToldAsync(CatalogueWalk walk, CustomerId customer, IReadOnlyCollection<CustomerEvent> events)
    {
        try
        {
            var answers = await customers.ApplyAsync(customer, events);
            if (answers.Any(answer => answer.Outcome is Outcome.Applied)) metrics.CatalogueTold(walk.Change.Kind);
            foreach (var rejection in answers.Select(answer => answer.Rejection).OfType<string>()) LogRejected(Logger, customer.Value, walk.Change.Kind, walk.Change.Id, rejection);
            return true;
        }
        catch (ActorUnavailableException)
        {
            return false;
        }
    }

    private Task<CatalogueWalk?> ReadAsync() => state.ReadAsync(TypeName, Id, WalkKey, StateJson.CatalogueWalk);

    private Task SaveAsync(CatalogueWalk walk) => state.CommitAsync(TypeName, Id, new StateChanges().Set(WalkKey, walk, StateJson.CatalogueWalk));

    private async Task WakeAtAsync(DateTimeOffset moment)
    {
        var now = time.GetUtcNow();
        await RegisterReminderAsync(Wake, [], moment > now ? moment - now : TimeSpan.Zero, WakePeriod);
    }

    private async Task<CatalogueAnswer> TurnAsync(Func<Task> body)
    {
        try
        {
            await body();
            return new CatalogueAnswer(null);
        }
        catch (Exception failure)
        {
            // Nothing throws through the SDK. Nothing was saved; whoever called tries again, and the reminder comes again by itself.
            metrics.TurnFailed();
            LogTurnFailed(Logger, failure, Id.GetId());
            return new CatalogueAnswer($"The turn failed ({failure.GetType().Name}).");
        }
    }

    [LoggerMessage(2801, LogLevel.Error, "A turn of {CatalogueId} failed; nothing of it was saved.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure, string catalogueId);

    [LoggerMessage(2802, LogLevel.Warning, "Those who hold the {Kind} {Id} are told later of its change: {Why}")]
    private static partial void LogAgain(ILogger logger, string kind, string id, string why);

    [LoggerMessage(2803, LogLevel.Error, "{CustomerId} could not be told in many tries that the {Kind} {Id} changed, and is left behind; an operator's sync mends it.")]
    private static partial void LogLeftBehind(ILogger logger, string customerId, string kind, string id);

    [LoggerMessage(2804, LogLevel.Error, "{CustomerId} cannot take what the change of the {Kind} {Id} makes of its subscription: {Why}")]
    private static partial void LogRejected(ILogger logger, string customerId, string kind, string id, string why);

    [LoggerMessage(2805, LogLevel.Error, "The {Kind} {Id} that was listed by its price cannot be understood ({Why}).")]
    private static partial void LogUnreadable(ILogger logger, string kind, string id, string why);
}
