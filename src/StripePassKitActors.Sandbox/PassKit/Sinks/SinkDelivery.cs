using System.Text.Json.Serialization;

namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>How far a webhook has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>An attempt is due or being made.</summary>
    UnderWay,

    /// <summary>The last attempt failed and another will be made.</summary>
    Waiting,

    /// <summary>It was answered with 2xx.</summary>
    Delivered,

    /// <summary>The last attempt failed too.</summary>
    GivenUp,

    /// <summary>A fault ate it.</summary>
    Lost,
}

/// <summary>One webhook of PassKit's.</summary>
/// <param name="Number">Counts from 1, over the sandbox's life.</param>
/// <param name="At">When what it tells of happened, on the sandbox's clock, in UTC.</param>
/// <param name="SinkId">The subscription that asked for it.</param>
/// <param name="Event">PassKit's <c>PassEventId</c>.</param>
/// <param name="Verb">The HTTP verb, upper case.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="MemberId">Whom it is about.</param>
/// <param name="ExternalId">That member's external id; null if it has none.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Status">What the last attempt was answered with; null: nothing.</param>
public sealed record SinkDelivery(
    long Number,
    DateTimeOffset At,
    string SinkId,
    string Event,
    string Verb,
    Uri Url,
    string MemberId,
    string? ExternalId,
    DeliveryState State = DeliveryState.UnderWay,
    int Attempts = 0,
    int? Status = null);

/// <summary>All webhooks, in the order of what they tell of. One is in it before it leaves.</summary>
public sealed class DeliveryLog : Journal<SinkDelivery>
{
    internal long Begin(Func<long, SinkDelivery> make) => Add(make);
}
