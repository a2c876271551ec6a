using StripePassKitActors.Customers;
using StripePassKitActors.Customers.Checkout;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The way from one process to the map of checkout sessions, which lives in the store beside the actors.</summary>
internal sealed class ProcessCheckouts(Process process, Dictionary<string, CheckoutSession> sessions) : ICheckoutSessions
{
    public Task RememberAsync(IReadOnlyCollection<KeyValuePair<string, CheckoutSession>> told, CancellationToken cancellationToken = default) => AskAsync(Effect.StateCommit, () =>
    {
        foreach (var (id, session) in told) sessions[id] = sessions.GetValueOrDefault(id)?.With(session) ?? session;
        return true;
    });

    public Task<CheckoutSession?> FindAsync(string sessionId, CancellationToken cancellationToken = default) => AskAsync(Effect.StateRead, () => sessions.GetValueOrDefault(sessionId));

    public Task ForgetAsync(IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken = default) => AskAsync(Effect.StateCommit, () =>
    {
        foreach (var id in sessionIds) sessions.Remove(id);
        return true;
    });

    private async Task<T> AskAsync<T>(Effect effect, Func<T> perform)
    {
        try
        {
            return await process.EffectAsync("checkouts", effect, perform);
        }
        catch (HttpRequestException failure)
        {
            throw new PlainStateUnavailableException("The simulated map of checkouts failed.", failure);
        }
    }
}
