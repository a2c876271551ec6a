using System.Text.Json.Serialization;

namespace StripePassKitActors.Sandbox.PassKit.Faults;

/// <summary>How a call or, for the last three, a webhook is spoiled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>The work is done at once, the answer comes after a delay: who gives up waiting cannot know.</summary>
    Slow,

    /// <summary>Taken and never answered; no work is done.</summary>
    Hang,

    /// <summary>Answered with a status; no work is done.</summary>
    Fail,

    /// <summary>The connection is cut; no work was done.</summary>
    CutBefore,

    /// <summary>The connection is cut after the work was done: the caller cannot know.</summary>
    CutAfter,

    /// <summary>Another region answers: it knows the account, and nothing else that is asked for.</summary>
    WrongRegion,

    /// <summary>A webhook never leaves, though PassKit believes that it did.</summary>
    Lose,

    /// <summary>A webhook is sent twice.</summary>
    Repeat,

    /// <summary>A webhook's body is no JSON.</summary>
    Garbage,
}

/// <summary>A fault that waits for calls or webhooks to spoil. As JSON: <c>{ "kind": "fail", "status": 503, "times": 2, "path": "/members" }</c>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Times">How many calls it spoils; null: all until it is cleared.</param>
/// <param name="Path">Only calls whose path, and webhooks whose address, contains this; null: all.</param>
/// <param name="Verb">Only those with this verb, in any case; null: all.</param>
/// <param name="Delay">For <see cref="FaultKind.Slow"/>; <c>"00:00:01.5"</c>.</param>
/// <param name="Status">For <see cref="FaultKind.Fail"/>; an HTTP status.</param>
/// <param name="RetryAfter">For <see cref="FaultKind.Fail"/>; sent as <c>Retry-After</c>, in whole seconds.</param>
/// <param name="Event">Only webhooks of this <c>PassEventId</c>, e.g. <c>PASS_EVENT_INSTALLED</c>; null: all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Fault(
    [property: JsonRequired] FaultKind Kind,
    int? Times = null,
    string? Path = null,
    string? Verb = null,
    TimeSpan Delay = default,
    int Status = 503,
    int? RetryAfter = null,
    string? Event = null)
{
    internal bool IsForWebhooks => Kind is FaultKind.Lose or FaultKind.Repeat or FaultKind.Garbage;

    internal bool Concerns(string verb, string path) =>
        (Path is null || path.Contains(Path, StringComparison.Ordinal))
        && (Verb is null || string.Equals(verb, Verb, StringComparison.OrdinalIgnoreCase));
}
