using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Changes;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The way from one process to a subscriber, who believes the change with the highest version and drops the older ones.</summary>
internal sealed class ProcessChanges(Process process) : IChangePublisher
{
    public async Task PublishAsync(string customerId, PassChange change, CancellationToken cancellationToken)
    {
        try
        {
            await process.EffectAsync(customerId, Effect.Publish, () =>
            {
                if (!(process.World.Subscribed.GetValueOrDefault(customerId)?.Version > change.Version)) process.World.Subscribed[customerId] = change;
                return true;
            });
        }
        catch (HttpRequestException failure)
        {
            throw new ChangeNotPublishedException("The simulated broker failed.", failure);
        }
    }
}
