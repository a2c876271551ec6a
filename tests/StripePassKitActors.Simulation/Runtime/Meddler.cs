using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Simulation.Oracle;
using StripePassKitActors.Simulation.Stories;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>Somebody who changes members in PassKit by hand; and an operator who in the end syncs all customers, after which none of that may show (rule P8).</summary>
internal sealed class Meddler(World world, ulong seed)
{
    private static readonly TimeSpan Between = TimeSpan.FromDays(9);

    private bool begun;
    private int times;

    public int Changes { get; private set; }

    public void Begin()
    {
        world.Time.After(Between, Meddle);
        world.Time.At(WorldPlan.Quiet.AddDays(1), SyncAll);
        begun = true;
    }

    private void Meddle()
    {
        if (world.Time.Now >= WorldPlan.Quiet) return;

        world.Time.After(Between, Meddle);
        var chance = Chance.Sequence(Chance.Of(seed, "by hand", (ulong)++times));
        var valid = world.PassKit.Members.Where(member => !world.PassKit.IsExpired(member)).OrderBy(member => member.Id, StringComparer.Ordinal).ToArray();
        if (valid.Length == 0 || !world.Mischief.Meddles(times)) return;

        var member = valid[chance.Next(valid.Length)];
        Changes++;
        switch (chance.Next(5))
        {
            case 0:
                member.Tier = Rules.Tiers[chance.Next(Rules.Tiers.Length)];
                break;
            case 1:
                member.Metadata["status"] = "changed by hand";
                member.Points = member.TierPoints = 7;
                break;
            case 2:
                member.Expiry = world.Time.Now.AddDays(chance.Next(1, 400));
                break;
            case 3:
                member.Expiry = world.Time.Now;
                break;
            case 4:
                world.PassKit.Remove(member);
                break;
        }

        world.Tell(() => $"{member.ExternalId} is changed in PassKit by hand: {member.Tier}, until {member.Expiry:yyyy-MM-dd HH:mm:ss}");
    }

    /// <summary>An operator's word for every customer: what was changed by hand is overwritten.</summary>
    public void SyncAll()
    {
        if (!begun) return;
        var customers = world.Lives.Select(life => life.CustomerId);
        var payments = world.Lives.SelectMany(life => life.Charges.Values).Where(charge => charge.Customer is null).Select(charge => charge.Intent);
        var addresses = world.Lives.SelectMany(life => life.Sessions.Values).Select(session => session.Email).OfType<string>().Distinct().Select(Known.NameOf);
        foreach (var id in customers.Concat(payments).Concat(addresses))
        {
            world.Watch(world.Process.Services.GetRequiredService<CustomerActors>().SyncAsync(CustomerId.Parse(id)));
        }
    }
}
