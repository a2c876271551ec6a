using System.Collections.Immutable;
using System.Text.Json.Serialization;
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

    /// <summary>
    /// The customer whom this guest became is forgotten: so is what the guest still knows. It can be repeated; a guest who is somebody else's by now is left
    /// alone.
    /// </summary>
    Task<ForgetAnswer> ForgetFormerGuestAsync(string customerId);

    /// <summary>
    /// What became of the pass that was bought in a checkout. A page that is answered <see cref="CheckoutPass.Ready"/> shows it: that is remembered, once, so
    /// that nobody mails it, too.
    /// </summary>
    Task<CheckoutAnswer> PassAsync(CheckoutClaim claim);

    /// <summary>
    /// PassKit hinted that something happened to a member: if it is this customer's, it is read, and only that is believed. What was changed by hand is
    /// overwritten, what was deleted is noticed (rule P8). While PassKit does not answer the hint waits in the state.
    /// </summary>
    Task<HintAnswer> RefreshAsync(string memberId);

    /// <summary>Has PassKit mail the pass, at an operator's word; then what is known.</summary>
    Task<EmailAnswer> EmailAsync();

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
/// <param name="Forgotten">Whether the customer was forgotten, and the guest is to be forgotten, too.</param>
public sealed record HandoverAnswer(bool PassTaken, string? Failure, bool Forgotten = false);

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

/// <summary>What a page may say of the pass that was bought in a checkout.</summary>
/// <param name="Pass">How it stands.</param>
/// <param name="Url">Where the holder gets it; null unless it is ready.</param>
/// <param name="Failure">Why nothing could be told; null: it could.</param>
/// <param name="ForwardTo">The customer whose the payment of this guest is by now, and who is to be asked instead.</param>
public sealed record CheckoutAnswer(CheckoutPass Pass, string? Url, string? Failure, string? ForwardTo = null);

/// <summary>How the pass stands that was bought in a checkout.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckoutPass>))]
public enum CheckoutPass
{
    /// <summary>It is on its way.</summary>
    Making,

    /// <summary>It is there.</summary>
    Ready,

    /// <summary>What was bought earns no pass.</summary>
    None,

    /// <summary>It was matched by an email address, so that it is mailed there and never shown.</summary>
    Mailed,

    /// <summary>PassKit refused it; somebody must look.</summary>
    Trouble,
}

/// <summary>What became of a hint.</summary>
/// <param name="Known">Whether the member is this customer's.</param>
/// <param name="Failure">Why nothing was saved; null: all was.</param>
/// <param name="ForwardTo">The customer whose the payment of this guest is by now, and who is to be told instead.</param>
public sealed record HintAnswer(bool Known, string? Failure, string? ForwardTo = null);

/// <summary>What became of an operator's wish that the pass be mailed.</summary>
/// <param name="Customer">What is known; null: nobody ever heard of this customer, or it was not mailed.</param>
/// <param name="Refusal">Why there is nothing to mail.</param>
/// <param name="Failure">Why it may not have been mailed; null: it was.</param>
/// <param name="ForwardTo">The customer whose the payment of this guest is by now, and whose pass is meant.</param>
public sealed record EmailAnswer(Operators.CustomerInspection? Customer, string? Refusal, string? Failure, string? ForwardTo = null);
