using StripePassKitActors.Benchmarks.Bare;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>The service and the bare actor, which take turns at the same messages.</summary>
internal sealed class Duel : IAsyncDisposable
{
    private readonly BareEntrant bareEntrant;

    private Duel(Contender ours, Contender bare, BareEntrant bareEntrant) => (Ours, Bare, this.bareEntrant) = (ours, bare, bareEntrant);

    public Contender Ours { get; }

    public Contender Bare { get; }

    /// <summary>How many calls to PassKit the bare actor makes for an event that changes a pass.</summary>
    public int BareCalls
    {
        set => bareEntrant.Load.PassKitCalls = value;
    }

    /// <summary>Whether the bare actor saves before it changes a pass, and tells subscribers of it, as ours does.</summary>
    public bool BareIsCareful
    {
        set => bareEntrant.Load.Careful = value;
    }

    public static async Task<Duel> OpenAsync(ControlPlane controlPlane, CancellationToken cancellationToken, bool onKafka = false)
    {
        var ours = await Contender.OpenAsync(new Ours(), controlPlane, onKafka, cancellationToken);
        try
        {
            var bareEntrant = new BareEntrant();
            return new Duel(ours, await Contender.OpenAsync(bareEntrant, controlPlane, onKafka, cancellationToken), bareEntrant);
        }
        catch
        {
            await ours.DisposeAsync();
            throw;
        }
    }

    /// <summary>One round, ours first: the bare actor then saves as much for an event as ours came to save.</summary>
    /// <param name="customer">Whose record is measured; all are alike.</param>
    /// <param name="leg">What each does.</param>
    public async Task<Round> RoundAsync(string customer, Func<Contender, Task<double>> leg)
    {
        Ours.PassKit.Calls.Clear();
        var ours = await leg(Ours);
        bareEntrant.Load.RecordBytes = await Contenders.Ours.RecordSizeAsync(Ours.Services, customer);

        Bare.PassKit.Calls.Clear();
        var bare = await leg(Bare);
        return new Round(ours, bare, CallsByMember(Ours), CallsByMember(Bare));
    }

    /// <summary>Throws unless both made of these customers what the events say, and PassKit shows it.</summary>
    public async Task CheckAsync(string[] customers, Totals expected, CancellationToken cancellationToken)
    {
        await Ours.CheckAsync(customers, expected, cancellationToken);
        await Bare.CheckAsync(customers, expected, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Ours.DisposeAsync();
        await Bare.DisposeAsync();
    }

    private static int[] CallsByMember(Contender contender) =>
        [.. contender.PassKit.Calls.All.GroupBy(call => call.MemberId).Select(calls => calls.Count())];
}

/// <summary>What one round came to.</summary>
/// <param name="Ours">Our speed.</param>
/// <param name="Bare">The bare actor's.</param>
/// <param name="OurCalls">Our calls to PassKit, one number a member.</param>
/// <param name="BareCalls">The bare actor's.</param>
internal sealed record Round(double Ours, double Bare, int[] OurCalls, int[] BareCalls);
