using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Passes;

/// <summary>What a pass shows (rule P2).</summary>
public sealed record PassContent
{
    /// <summary>"No end", as PassKit can be told it: its PUT ignores an empty date (rule P3).</summary>
    public static readonly DateTimeOffset NoEnd = new(2099, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>PassKit's tier id.</summary>
    public required string Tier { get; init; }

    /// <summary>The person.</summary>
    public required Person Person { get; init; }

    /// <summary>When the pass lapses, UTC, whole seconds.</summary>
    public required DateTimeOffset Expiry { get; init; }

    /// <summary>Our own metadata keys and their values; an empty value clears a key.</summary>
    public required ImmutableSortedDictionary<string, string> Metadata { get; init; }

    /// <summary>The points; null: they are left to others, or what they are is not known (rule P6).</summary>
    public PassPoints? Points { get; init; }

    /// <summary>
    /// What the pass should show; null when there is no tier to show, because none was ever earned. A pass that is not honoured shows what it
    /// lost, expired.
    /// </summary>
    public static PassContent? Of(CustomerState state, Entitlement entitlement, PassSettings settings, DateTimeOffset now)
    {
        if ((entitlement.Tier?.Id ?? state.Pass.Told?.Tier) is not { } tier) return null;

        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (from, to) in settings.CustomerMetadata) metadata[to] = state.Metadata.GetValueOrDefault(from, "");
        Add(settings.Status, entitlement.Status.ToString().ToLowerInvariant());
        Add(settings.TierName, entitlement.Tier?.Name ?? "");
        Add(settings.ValidUntil, Day(entitlement.ValidUntil));
        Add(settings.Spend, string.Join("; ", entitlement.Spend.Where(spend => spend.Amount > 0).Select(spend => Currency.Format(spend.Amount, spend.Currency))));
        Add(settings.Message, PassMessage.Of(state, entitlement, settings, now).Text);
        metadata[settings.StripeCustomerId] = state.CustomerId;

        // What an earlier setting showed under another key would stand there for ever.
        foreach (var (key, value) in state.Pass.Told?.Metadata ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            if (value.Length > 0) metadata.TryAdd(key, "");
        }

        return new PassContent
        {
            Tier = tier,
            Person = state.Person with { Phone = PhoneNumber.Normalise(state.Person.Phone) },
            Expiry = ExpiryOf(entitlement),
            Metadata = metadata.ToImmutable(),
            Points = PassPoints.Of(settings.Points, entitlement.Spend),
        };

        void Add(string? key, string value)
        {
            if (key is not null) metadata[key] = value;
        }
    }

    /// <summary>When the pass should lapse, UTC, whole seconds.</summary>
    public static DateTimeOffset ExpiryOf(Entitlement entitlement) => WholeSeconds(entitlement.ExpiresAt ?? NoEnd);

    /// <summary>The same, to lapse at another moment.</summary>
    public PassContent Until(DateTimeOffset moment) => this with { Expiry = WholeSeconds(moment) };

    /// <summary>Whether another metadata says the same for each of our keys; an absent key and an empty value are alike.</summary>
    public bool MetadataEquals(IReadOnlyDictionary<string, string> other) =>
        Metadata.All(pair => other.GetValueOrDefault(pair.Key, "") == pair.Value);

    /// <summary>Whether a pass with this content looks like one with the other; what is not known of the person says nothing.</summary>
    public bool Shows(PassContent other) =>
        Tier == other.Tier && Expiry == other.Expiry && Points == other.Points && other.MetadataEquals(Metadata) && !other.Person.AddsTo(Person);

    /// <summary>A short text that differs where the content does, and tells nothing of it.</summary>
    public string Fingerprint()
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new object?[] { Tier, Person.Name ?? "", Person.Email ?? "", Person.Phone ?? "", Expiry, Points, Metadata.Where(pair => pair.Value.Length > 0).Select(pair => new[] { pair.Key, pair.Value }) });
        return Convert.ToHexStringLower(SHA256.HashData(text)[..8]);
    }

    private static string Day(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset WholeSeconds(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
