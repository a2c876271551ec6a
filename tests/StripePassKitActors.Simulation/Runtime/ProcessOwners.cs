using StripePassKitActors.Customers;
using StripePassKitActors.Customers.Events;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The way from one process to the map of owners, which lives in the store beside the actors.</summary>
internal sealed class ProcessOwners(Process process, Dictionary<string, string> owners) : IPaymentOwners
{
    public Task RememberAsync(IReadOnlyDictionary<string, string> told, CancellationToken cancellationToken = default) => AskAsync(Effect.StateCommit, () =>
    {
        foreach (var (payment, customer) in told) owners[payment] = customer;
        return true;
    });

    public Task<string?> FindAsync(string payment, CancellationToken cancellationToken = default) => AskAsync(Effect.StateRead, () => owners.GetValueOrDefault(payment));

    public Task ForgetAsync(IReadOnlyCollection<string> payments, CancellationToken cancellationToken = default) => AskAsync(Effect.StateCommit, () =>
    {
        foreach (var payment in payments) owners.Remove(payment);
        return true;
    });

    private async Task<T> AskAsync<T>(Effect effect, Func<T> perform)
    {
        try
        {
            return await process.EffectAsync("owners", effect, perform);
        }
        catch (HttpRequestException failure)
        {
            throw new PlainStateUnavailableException("The simulated map of owners failed.", failure);
        }
    }
}
