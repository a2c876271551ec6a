using System.Globalization;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Passes;

/// <summary>The one sentence that a pass shows its holder (rule P13).</summary>
/// <param name="Text">Empty: nothing is to be said.</param>
/// <param name="ChangesAt">When time alone changes it, UTC; null: never, or only when the entitlement changes too.</param>
public sealed record PassMessage(string Text, DateTimeOffset? ChangesAt)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly PassMessage None = new("", null);

    /// <summary>The sentence at <paramref name="now"/>. What is wrong comes first, then a renewal, then a tier that was reached.</summary>
    public static PassMessage Of(CustomerState state, Entitlement entitlement, PassSettings settings, DateTimeOffset now)
    {
        if (settings.Message is null) return None;

        var messages = settings.Messages;
        return entitlement.Status switch
        {
            EntitlementStatus.Grace => Shown(messages.PastDue, entitlement, entitlement.ValidUntil, now),
            EntitlementStatus.Suspended => Shown(entitlement.Paused ? messages.Paused : messages.Unpaid, entitlement, entitlement.ValidUntil, now),
            EntitlementStatus.Ended => Shown(messages.Ended, entitlement, entitlement.ValidUntil, now),
            EntitlementStatus.Active => WhileActive(state, entitlement, messages, now),
            _ => None,
        };
    }

    private static PassMessage WhileActive(CustomerState state, Entitlement entitlement, PassMessages messages, DateTimeOffset now)
    {
        var renewal = messages.Renewal is not null && entitlement.RenewsAt > now ? entitlement.RenewsAt : null;
        var noticed = renewal - messages.RenewalNotice;
        if (noticed <= now)
        {
            var shown = Shown(messages.Renewal, entitlement, renewal, now);
            return shown with { ChangesAt = shown.ChangesAt ?? renewal };
        }

        var reached = state.TierReached is { At: { } at } tier && tier.Tier == entitlement.Tier?.Id ? at + messages.TierReachedFor : (DateTimeOffset?)null;
        return messages.TierReached is not null && reached > now
            ? Shown(messages.TierReached, entitlement, null, now) with { ChangesAt = reached < noticed ? reached : noticed ?? reached }
            : None with { ChangesAt = noticed };
    }

    private static PassMessage Shown(string? text, Entitlement entitlement, DateTimeOffset? date, DateTimeOffset now)
    {
        if (text is null) return None;

        var left = date is { } moment && moment > now ? (int)Math.Ceiling((moment - now) / Day) : 0;
        return new PassMessage(
            PassMessages.Placeholder().Replace(text, match => match.Groups[1].Value switch
            {
                "tier" => entitlement.Tier?.Name ?? "",
                "date" => date?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
                "days" => left.ToString(CultureInfo.InvariantCulture),
                _ => match.Value,
            }),
            left > 0 && PassMessages.PlaceholdersOf(text).Contains("days") ? date - ((left - 1) * Day) : null);
    }
}
