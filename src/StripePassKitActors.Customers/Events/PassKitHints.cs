using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Events;

/// <summary>Finds whose a hint of PassKit's is. Whoever it names reads the member and believes only that, so that any hint may come, from anybody and however often.</summary>
internal sealed partial class PassKitHints(PassKitClient passKit, PassSteps steps, CustomerActors actors, Payers payers, CustomersMetrics metrics, TimeProvider time, ILogger<PassKitHints> logger)
{
    /// <summary>For reading a member; far below what the broker waits for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Passes a hint on; false: it must come again.</summary>
    public async Task<bool> HandleAsync(PassKitHint hint)
    {
        if (hint.MemberId is not { Length: > 0 } memberId) return LetGo("nameless");
        try
        {
            // Most hints name the owner. Then nobody reads the member but the owner's own turn, which keeps the hint while PassKit is away.
            var named = OwnerOf(hint.ExternalId);
            if (named is { } likely && await actors.RefreshAsync(likely, memberId)) return LetGo("taken");

            using var budget = new CancellationTokenSource(Patience, time);
            var member = await passKit.GetByIdAsync(memberId, budget.Token);
            var owner = member is null ? await payers.FindByLinkAsync(memberId) : OwnerOf(steps.OwnerOf(member) ?? member.ExternalId);
            return LetGo(owner is { } other && other != named && await actors.RefreshAsync(other, memberId) ? "taken" : "unknown");
        }
        catch (Exception unavailable) when (unavailable is ActorUnavailableException or PassKitException or PlainStateUnavailableException)
        {
            metrics.HintTaken("again");
            LogAgain(logger, (unavailable as PassKitException)?.Summary ?? unavailable.Message);
            return false;
        }
    }

    private static CustomerId? OwnerOf(string? externalId) => CustomerId.TryParse(externalId?.Split(PassRecord.GenerationMark)[0], out var owner) ? owner : null;

    private bool LetGo(string outcome)
    {
        metrics.HintTaken(outcome);
        return true;
    }

    [LoggerMessage(2405, LogLevel.Warning, "A hint of PassKit's must come again: {Why}")]
    private static partial void LogAgain(ILogger logger, string why);
}
