using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;

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

        // The one reminder may be this turn's by now, and later than the other one's.
        await WakeAtAsync(time.GetUtcNow() + WakeAgain);
        if (told && await store.ReadRecordAsync(Id) is { } record)
        {
            var pass = record.Pass with { Unsure = true };

            // The other one knows nothing of a member that this turn may have made, and would leave it valid if nothing is earned any more.
            if (!record.IsForgotten && pass is { MemberId: null, Told: null } && state.Pass is { MemberId: null, Told: { } tried })
                pass = pass with { Told = tried with { Person = Person.Unknown }, Generation = Math.Max(pass.Generation, state.Pass.Generation) };
            await store.SaveAsync(Id, store.Whole(record with { Underway = true, Version = Math.Max(record.Version, state.Version), Pass = pass }));
        }

        throw new OverlappedException();
    }
}

/// <summary>Another activation of the same customer saved while this turn was under way.</summary>
internal sealed class OverlappedException() : Exception("Another activation of the same customer saved meanwhile.");
