using System.Collections.Immutable;
using Dapr.Actors;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Actors;

/// <summary>One Stripe customer. Turns never overlap, their saves included, and never throw: what failed is in the answer.</summary>
public interface ICustomerActor : IActor
{
    /// <summary>Takes events of this customer, in any order and however often; all are saved or none.</summary>
    Task<TurnAnswer> ApplyAsync(ImmutableArray<CustomerEvent> events);

    /// <summary>A guest's payment has become a customer's: hands all that is known of it to that customer, the pass included, and forwards from then on (rule B11).</summary>
    Task<TurnAnswer> HandOverAsync(string customerId);

    /// <summary>One of the payments that share a pass by e-mail has become a customer's: hands what is known of it to that customer, and keeps the rest. It can be repeated.</summary>
    Task<TurnAnswer> HandOverPaymentAsync(PaymentHandover handover);

    /// <summary>Takes what a guest hands over. It can be repeated.</summary>
    Task<HandoverAnswer> TakeOverAsync(Handover handover);

    /// <summary>
    /// Deletes the member in PassKit, the dead letters and all that is known, and remembers nothing but that (rule B10). It can be repeated: the
    /// state goes last.
    /// </summary>
    Task<ForgetAnswer> ForgetAsync();

    /// <summary>What is known; nothing changes.</summary>
    Task<InspectionAnswer> InspectAsync();

    /// <summary>Recomputes and syncs, whatever back-off says; then what is known.</summary>
    Task<InspectionAnswer> SyncAsync();
}

/// <summary>What became of a turn.</summary>
/// <param name="Events">What became of each event, in their order; empty when the turn failed.</param>
/// <param name="Failure">Why the turn did not come to its end, and is to be tried again; null: all was saved.</param>
/// <param name="ForwardTo">The customer whose the events are by now, and who is to be told instead: nothing was taken. Null: they were taken.</param>
public sealed record TurnAnswer(ImmutableArray<EventAnswer> Events, string? Failure, string? ForwardTo = null);

/// <summary>A payment that leaves those which share a pass by e-mail.</summary>
/// <param name="Payment">The payment intent, else the charge.</param>
/// <param name="CustomerId">Whose it is.</param>
public sealed record PaymentHandover(string Payment, string CustomerId);

/// <summary>What a guest hands over.</summary>
/// <param name="Guest">Who hands over.</param>
/// <param name="Facts">All that is known of the payment.</param>
/// <param name="Pass">The guest's pass, for a customer who has none.</param>
public sealed record Handover(string Guest, ImmutableArray<Fact> Facts, PassRecord Pass);

/// <summary>What became of a handover.</summary>
/// <param name="PassTaken">Whether the guest's pass is the customer's now; if not, the guest's lapses.</param>
/// <param name="Failure">Why nothing was saved; null: all was.</param>
public sealed record HandoverAnswer(bool PassTaken, string? Failure);

/// <summary>What became of somebody's wish to be forgotten.</summary>
/// <param name="Customer">What was removed; null: nobody ever heard of this customer, or nothing of the state is forgotten yet.</param>
/// <param name="Failure">Why nothing of the state is forgotten yet; null: it is.</param>
/// <param name="ForwardTo">The customer whose the payment of this guest is by now, and who is to be forgotten instead.</param>
public sealed record ForgetAnswer(Operators.ForgottenCustomer? Customer, string? Failure, string? ForwardTo = null);

/// <summary>What became of one event.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Outcome">Its outcome; null: it can never be applied, and must be parked.</param>
/// <param name="Rejection">Why it can never be applied.</param>
public sealed record EventAnswer(string EventId, Outcome? Outcome, string? Rejection);

/// <summary>What is known of a customer, or why that could not be told.</summary>
/// <param name="Customer">Null: nobody ever heard of this customer, or the turn failed.</param>
/// <param name="Failure">Why the turn failed; null: it did not.</param>
public sealed record InspectionAnswer(Operators.CustomerInspection? Customer, string? Failure);
