using StripePassKitActors.Customers;
using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>Whoever is on call: looks at the dead letters once a day, and replays what was parked.</summary>
internal sealed class Operator(World world)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public int Replayed { get; private set; }

    /// <summary>Letters that stayed after they were replayed.</summary>
    public int Stayed { get; private set; }

    /// <summary>Customers whom a walk left behind.</summary>
    public int LeftBehind { get; private set; }

    /// <summary>The log names a customer whom a walk left behind, who is synced soon and, if that fails, again.</summary>
    public void Heard(string customer)
    {
        LeftBehind++;
        world.Tell(() => $"{customer} is left behind");
        SyncSoon();

        void SyncSoon() => world.Time.After(Day, () => world.Watch(SyncAsync()));

        async Task SyncAsync()
        {
            try
            {
                if (world.Process.Dead) SyncSoon();
                else await world.Process.Services.GetRequiredService<CustomerActors>().SyncAsync(CustomerId.Parse(customer));
            }
            catch (ActorUnavailableException)
            {
                SyncSoon();
            }
        }
    }

    /// <summary>Customers whom the operator was asked to forget, and who are.</summary>
    public HashSet<string> Forgotten { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// A customer whom Stripe deleted wants to be forgotten: the operator deletes, at some moment within three days, and again each hour until the answer says that it
    /// is done. Of whom nothing is known yet there is nothing to forget.
    /// </summary>
    public void Forget(string customer, TimeSpan wait) => world.Time.After(wait, () =>
    {
        if (Forgotten.Contains(customer)) return;
        Forget(customer, TimeSpan.FromHours(1));
        if (!world.Process.Dead) world.Watch(ForgetAsync(customer));
    });

    private async Task ForgetAsync(string customer)
    {
        try
        {
            var answer = await world.Process.Services.GetRequiredService<CustomerActors>().ForgetAsync(CustomerId.Parse(customer));
            world.Tell(() => $"an operator deletes {customer}: {(answer.Customer is null ? "nobody knows of any" : "forgotten")}");
            if (answer.Customer is not null) Forgotten.Add(customer);
        }
        catch (ActorUnavailableException unavailable)
        {
            world.Tell(() => $"an operator deletes {customer}: {unavailable.Message}");
        }
    }

    public void Begin() => world.Time.After(Day, () =>
    {
        if (!world.Process.Dead) world.Watch(ReplayAsync(world.Process.Services));
        Begin();
    });

    private async Task ReplayAsync(IServiceProvider app)
    {
        var (box, dispatcher) = (app.GetRequiredService<DeadLetterBox>(), app.GetRequiredService<EventDispatcher>());
        try
        {
            long? after = null;
            do
            {
                var some = await box.ListAsync(new DeadLetterQuery(DeadLetterKind.Event, after));
                foreach (var letter in some.Letters) await ReplayAsync(box, dispatcher, letter.Id);
                after = some.Next;
            }
            while (after is not null);
        }
        catch (Exception unavailable) when (unavailable is DeadLettersUnavailableException or ActorUnavailableException or PlainStateUnavailableException)
        {
            // Tomorrow, then.
        }
    }

    private async Task ReplayAsync(DeadLetterBox box, EventDispatcher dispatcher, string id)
    {
        if (await box.GetAsync(id) is not { Event: { } json } letter) return;

        var answer = await dispatcher.ReplayAsync(new Delivery("", letter.Id, json, json));
        world.Tell(() => $"an operator replays {id}: {answer.Outcome}{answer.Rejection}");
        if (answer.Rejection is not null)
        {
            Stayed++;
            return;
        }

        Replayed++;
        await box.DiscardAsync(id);
    }
}
