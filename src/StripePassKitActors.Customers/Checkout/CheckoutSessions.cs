using System.Security.Cryptography;
using System.Text;

namespace StripePassKitActors.Customers.Checkout;

/// <inheritdoc />
/// <remarks>
/// Kept under the hash of the id: whoever has the id is shown the pass, so that it is no key for others to read. Two who write of one session at the
/// same time may lose what one of them said; what is missing then is told again by its next event, or read.
/// </remarks>
internal sealed class CheckoutSessions(PlainState state) : ICheckoutSessions
{
    /// <summary>Far longer than a link shows: what comes after that is late whatever is known.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <inheritdoc />
    public async Task RememberAsync(IReadOnlyCollection<KeyValuePair<string, CheckoutSession>> sessions, CancellationToken cancellationToken = default)
    {
        var told = sessions
            .GroupBy(session => session.Key, session => session.Value, StringComparer.Ordinal)
            .Select(one => KeyValuePair.Create(one.Key, one.Aggregate((known, more) => known.With(more))));
        var changes = await Task.WhenAll(told.Select(async session =>
        {
            var known = await FindAsync(session.Key, cancellationToken);
            var now = known?.With(session.Value) ?? session.Value;
            return KeyValuePair.Create(Key(session.Key), now == known ? null : now);
        }));
        changes = [.. changes.Where(change => change.Value is not null)];
        if (changes.Length > 0) await state.WriteAsync(changes, Kept, cancellationToken);
    }

    /// <inheritdoc />
    public Task<CheckoutSession?> FindAsync(string sessionId, CancellationToken cancellationToken = default) =>
        state.FindAsync<CheckoutSession>(Key(sessionId), cancellationToken);

    /// <inheritdoc />
    public Task ForgetAsync(IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken = default) => sessionIds.Count == 0
        ? Task.CompletedTask
        : state.WriteAsync(sessionIds.Select(id => KeyValuePair.Create(Key(id), (CheckoutSession?)null)), Kept, cancellationToken);

    private static string Key(string sessionId) => $"checkout-session-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sessionId)))}";
}
