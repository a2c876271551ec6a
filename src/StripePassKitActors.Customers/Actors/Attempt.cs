using Dapr.Actors;
using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Actors;

/// <summary>A turn's attempt to change something outside: it is saved, with a number of its own, before its first effect (ADR 13).</summary>
internal sealed class Attempt(CustomerStore store, ActorId actor, Customer customer, Func<CustomerState, bool, Task> stillAlone)
{
    private readonly long number = customer.State.Version + 1;

    /// <summary>The customer, and what beside the record is still to be saved.</summary>
    public Customer Customer { get; private set; } = customer;

    /// <summary>
    /// Whether somebody outside was asked, which takes its time: another activation may have saved since the record was read (ADR 1).
    /// </summary>
    public bool Waited { get; set; }

    /// <summary>Whether it was saved, so that there may be effects.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The number of this attempt; of the last one before it while this one needs none.</summary>
    public long Version { get; private set; } = customer.State.Version;

    /// <summary>Whether what an earlier attempt told subscribers could not be compared with what is: the remark stays.</summary>
    public bool StaysOpen { get; set; }

    /// <summary>Saves the record before an effect. Saved again it keeps its number: what was tried must be known even if nobody answers.</summary>
    /// <param name="state">What is known by then.</param>
    public async Task BeginAsync(CustomerState state)
    {
        if (Waited) await stillAlone(Customer.State, HasBegun);
        Customer = await store.SaveAsync(actor, Customer with { State = state with { Version = number, Underway = true } });
        (HasBegun, Version) = (true, number);
    }

    /// <summary>Takes the number for what a later turn will do: it is saved with this turn's end, before it is used.</summary>
    public void Number() => Version = number;

    /// <summary>The record of which the turn's end was reached.</summary>
    /// <param name="state">What is known by then.</param>
    public CustomerState Ended(CustomerState state) => state with { Version = Version, Underway = StaysOpen };

    /// <summary>To be asked before the turn's last save.</summary>
    /// <exception cref="OverlappedException">Another activation saved.</exception>
    public Task StillAloneAsync() => Waited || HasBegun ? stillAlone(Customer.State, HasBegun) : Task.CompletedTask;
}
