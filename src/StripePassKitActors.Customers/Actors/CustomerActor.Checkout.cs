using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Actors;

/// <summary>What a customer's actor tells whoever comes back from a checkout.</summary>
internal sealed partial class CustomerActor
{
    /// <inheritdoc />
    public Task<CheckoutAnswer> PassAsync(CheckoutClaim claim) => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { } record) return new CheckoutAnswer(CheckoutPass.Making, null, null);
            if (record.IsForgotten) return new CheckoutAnswer(CheckoutPass.None, null, null);
            if (record.ForwardTo is { } owner) return new CheckoutAnswer(CheckoutPass.Making, null, null, owner);

            var now = time.GetUtcNow();
            var pass = PassOf(record, await StandingAsync(claim, record, now), claim, now);
            if (pass != CheckoutPass.Ready) return new CheckoutAnswer(pass, null, null);

            if (record.Pass.ShownAt is null) await store.SaveAsync(Id, store.Whole(record with { Pass = record.Pass with { ShownAt = now } }));
            return new CheckoutAnswer(pass, link.Of(record.Pass.MemberId), null);
        },
        failure => new CheckoutAnswer(CheckoutPass.Making, null, failure));

    /// <inheritdoc />
    public Task<EmailAnswer> EmailAsync() => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { IsForgotten: false } record) return new EmailAnswer(null, null, null);
            if (record.ForwardTo is { } owner) return new EmailAnswer(null, null, null, owner);
            if (!record.Pass.IsValid(time.GetUtcNow())) return new EmailAnswer(null, "There is no valid pass to mail.", null);

            using var budget = Budget();
            var attempt = new Attempt(store, Id, store.Whole(record), StillAloneAsync);
            try
            {
                var mailed = await mail.SendAsync(attempt, record, budget.Token);
                return new EmailAnswer((await InspectAsync(await EndAsync(mailed))).Customer, null, null);
            }
            catch (PassKitException failure)
            {
                // Where PassKit did not say so, it may have gone out: nobody gets two without being asked for.
                await EndAsync(failure is { Fault: PassKitFault.Transient, NothingDone: false } ? record with { Pass = record.Pass with { EmailedAt = time.GetUtcNow() } } : record);
                return new EmailAnswer(null, null, $"PassKit did not say that it mailed the pass: {failure.Summary.TrimEnd('.')}.");
            }

            // What an earlier attempt left open is left open: this turn changed nothing of it.
            async Task<CustomerState> EndAsync(CustomerState state)
            {
                var after = attempt.Ended(state) with { Underway = record.Underway };
                await attempt.StillAloneAsync();
                await store.SaveAsync(Id, attempt.Customer with { State = after });
                return after;
            }
        },
        failure => new EmailAnswer(null, null, failure));

    /// <summary>Charges are read only where it depends on them.</summary>
    private async Task<CheckoutStanding> StandingAsync(CheckoutClaim claim, CustomerState record, DateTimeOffset now)
    {
        var standing = CheckoutRules.Of(claim, record, [], membership, now);
        if (!claim.Paid || standing == CheckoutStanding.Earned) return standing;

        var charges = await Task.WhenAll(record.NewestCharges.Select(charge => store.ReadLedgerAsync(Id, charge.Id)));
        return CheckoutRules.Of(claim, record, [.. charges.OfType<ChargeLedger>()], membership, now);
    }

    private CheckoutPass PassOf(CustomerState record, CheckoutStanding standing, CheckoutClaim claim, DateTimeOffset now) => standing switch
    {
        CheckoutStanding.Nothing => CheckoutPass.None,
        CheckoutStanding.Unknown => CheckoutPass.Making,
        _ when claim.MatchedByEmail || CheckoutRules.IsOnlyMailed(record) => CheckoutPass.Mailed,
        _ when record.Pass.IsValid(now) && link.Of(record.Pass.MemberId) is not null => CheckoutPass.Ready,
        _ when record.Pass.State == PassState.Failed => CheckoutPass.Trouble,
        _ => CheckoutPass.Making,
    };
}
