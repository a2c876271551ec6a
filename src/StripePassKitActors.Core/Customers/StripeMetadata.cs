using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Customers;

/// <summary>What was written into the metadata of a customer and its subscriptions in Stripe, and how that stands.</summary>
public sealed record StripeMetadata
{
    /// <summary>Nothing was ever written.</summary>
    public static StripeMetadata Nothing { get; } = new();

    /// <summary>By the id of the Stripe object: our keys that it holds, as they were last written. What the merchant made of them since is not known, and theirs.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Written { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Ids of the objects to which more may have been written than is known, so that all of theirs is written again.</summary>
    public ImmutableSortedSet<string> Unsure { get; init; } = [];

    /// <summary>Ids of the objects that Stripe refused: trying again helps only once a person mended something.</summary>
    public ImmutableSortedSet<string> Refused { get; init; } = [];

    /// <summary>Failed attempts in a row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempts { get; init; }

    /// <summary>The next attempt, UTC; null: none failed.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Why the last attempt failed, in our own words; null after a success.</summary>
    public string? LastError { get; init; }

    /// <summary>How it stands.</summary>
    [JsonIgnore]
    public StripeMetadataState State => !Refused.IsEmpty ? StripeMetadataState.Refused
        : NextAttempt is not null ? StripeMetadataState.Pending
        : Written.IsEmpty ? StripeMetadataState.None
        : StripeMetadataState.Written;

    /// <summary>The same without subscriptions that the customer's state remembers no more.</summary>
    public StripeMetadata Of(CustomerState state)
    {
        var forgotten = Written.Keys.Concat(Unsure).Concat(Refused).Where(id => id != state.CustomerId && state.Subscriptions.All(subscription => subscription.Id != id)).ToArray();
        return forgotten.Length == 0 ? this : this with { Written = Written.RemoveRange(forgotten), Unsure = Unsure.Except(forgotten), Refused = Refused.Except(forgotten) };
    }

    /// <summary>The same after these keys of an object were written; an empty value took its key away.</summary>
    public StripeMetadata With(StripeMetadataWrite write)
    {
        var holds = (Written.GetValueOrDefault(write.Id) ?? ImmutableSortedDictionary<string, string>.Empty).SetItems(write.Values);
        holds = holds.RemoveRange(write.Values.Where(pair => pair.Value.Length == 0).Select(pair => pair.Key));
        return this with
        {
            Written = holds.IsEmpty ? Written.Remove(write.Id) : Written.SetItem(write.Id, holds),
            Unsure = Unsure.Remove(write.Id),
            Refused = Refused.Remove(write.Id),
        };
    }
}

/// <summary>Keys to write into one Stripe object's metadata.</summary>
/// <param name="Kind">What Stripe calls its <c>object</c>: <c>customer</c> or <c>subscription</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Values">Key → value; an empty value takes the key away.</param>
public sealed record StripeMetadataWrite(string Kind, string Id, ImmutableSortedDictionary<string, string> Values);

/// <summary>How what is written back to Stripe stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StripeMetadataState>))]
public enum StripeMetadataState
{
    /// <summary>Nothing is written there.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Something is yet to be written; the <c>wake</c> reminder tries again.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>All was written.</summary>
    [JsonStringEnumMemberName("written")]
    Written,

    /// <summary>Stripe refused it: a limit, a permission, or no such object. It is tried again once a day.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}
