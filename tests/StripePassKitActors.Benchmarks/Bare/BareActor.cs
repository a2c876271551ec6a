using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using Dapr.Client;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Benchmarks.Bare;

/// <summary>What an event says, as far as the bare actor listens.</summary>
public sealed record BareEvent(string Id, long Amount, long PeriodEnd);

/// <summary>Everything the bare actor keeps; the padding makes it as large as a customer's record of ours.</summary>
public sealed record BareRecord(long Spend, long PeriodEnd, string? MemberId, string Padding);

/// <summary>One customer, as the SDK's documentation would have it written.</summary>
public interface IBareActor : IActor
{
    /// <summary>Takes one event and saves.</summary>
    Task TakeAsync(BareEvent taken);

    /// <summary>What is kept.</summary>
    Task<BareRecord> ReadAsync();
}

/// <summary>
/// The least actor that keeps a customer's total and period end, and a pass up to date with them: one value in the SDK's own state manager,
/// saved once for each event, or, where it is careful, before its first call to PassKit too. It knows no repeated event, no order, no failure of PassKit.
/// </summary>
internal sealed class BareActor(ActorHost host, BarePassKit passKit, BareLoad load, DaprClient dapr) : Actor(host), IBareActor
{
    private const string Key = "customer";

    private static readonly BareRecord Nothing = new(0, 0, null, "");
    private static readonly int OwnBytes = JsonSerializer.SerializeToUtf8Bytes(new BareRecord(1_000, 1_800_000_000, new string('m', 22), "")).Length;

    public async Task TakeAsync(BareEvent taken)
    {
        var record = await ReadAsync();
        record = record with
        {
            Spend = record.Spend + taken.Amount,
            PeriodEnd = Math.Max(record.PeriodEnd, taken.PeriodEnd),
            Padding = new string('x', Math.Max(0, load.RecordBytes - OwnBytes)),
        };
        if (taken.PeriodEnd > 0)
        {
            if (load.Careful)
            {
                await StateManager.SetStateAsync(Key, record);
                await SaveStateAsync();
            }

            record = record with { MemberId = await passKit.ShowAsync(Id.GetId(), record.MemberId, record.PeriodEnd, load.PassKitCalls) };
            if (load.Careful) await dapr.PublishEventAsync(DaprResources.PubSub, DaprResources.CustomerChanges, new { customerId = Id.GetId(), record.PeriodEnd, record.MemberId });
        }

        await StateManager.SetStateAsync(Key, record);
    }

    public async Task<BareRecord> ReadAsync() =>
        await StateManager.TryGetStateAsync<BareRecord>(Key) is { HasValue: true } known ? known.Value : Nothing;
}

/// <summary>How much the bare actor does for each event, so that it does as much as ours.</summary>
internal sealed class BareLoad
{
    /// <summary>The size of the value that it saves.</summary>
    public int RecordBytes { get; set; }

    /// <summary>Whether it saves before it changes a pass, and tells subscribers of the change, as ours does.</summary>
    public bool Careful { get; set; }

    /// <summary>Its calls to PassKit for an event that changes the pass of a member.</summary>
    public int PassKitCalls { get; set; }
}
