using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Changes;

/// <summary>The way to those who subscribe to changes of passes.</summary>
internal interface IChangePublisher
{
    /// <summary>Completes when the broker has the change.</summary>
    /// <exception cref="ChangeNotPublishedException">It may not have it.</exception>
    Task PublishAsync(string customerId, PassChange change, CancellationToken cancellationToken);
}

/// <summary>The broker did not take a change, or did not say so; it is told again.</summary>
internal sealed class ChangeNotPublishedException(string message, Exception inner) : Exception(message, inner);
