using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>What an event tells of who paid.</summary>
/// <param name="Customer">The customer, else the customer account (rule B12); null: the event names none.</param>
/// <param name="Payment">The payment intent, else the charge, else the checkout session: by it the customer is found, or the guest is known (rule B11). Null: the event is of no payment.</param>
/// <param name="Charge">The charge that was refunded or disputed: where it is not told who paid it, Stripe can say.</param>
/// <param name="Gained">Whether a guest's payment has just become this customer's.</param>
internal sealed record Payer(CustomerId? Customer, CustomerId? Payment, string? Charge, bool Gained)
{
    /// <summary>The customer, else the guest: whose actor takes the event if nobody knows better.</summary>
    public CustomerId Actor => Customer ?? Payment!.Value;
}
