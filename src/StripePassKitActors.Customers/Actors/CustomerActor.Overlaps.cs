using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Actors;

/// <summary>What a turn does about another activation of the same customer (ADR 1).</summary>
internal sealed partial class CustomerActor
{
    /// <summary>
    /// Asked before a save that calls to the outside kept waiting: had another activation saved meanwhile, this save would undo that one. The turn
    /// fails instead, and whoever caused it comes again.
    /// </summary>
    /// <param name="state">The record as this turn read it, or saved it last.</param>
    /// <param name="told">Whether this turn may have changed the pass: then what the other one knows of it is unsure.</param>
    /// <exception cref="OverlappedException">Another activation saved.</exception>
    private async Task StillAloneAsync(CustomerState state, bool told)
    {
        if (await store.ReadStampAsync(Id) == state.Stamp) return;

        if (told && await store.ReadRecordAsync(Id) is { } record)
        {
            await WakeAtAsync(time.GetUtcNow() + WakeAgain);
            await store.SaveAsync(Id, store.Whole(record with { Underway = true, Version = Math.Max(record.Version, state.Version), Pass = record.Pass with { Unsure = true } }));
        }

        throw new OverlappedException();
    }
}

/// <summary>Another activation of the same customer saved while this turn was under way.</summary>
internal sealed class OverlappedException() : Exception("Another activation of the same customer saved meanwhile.");
