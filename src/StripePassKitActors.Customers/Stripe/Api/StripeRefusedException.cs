using System.Net;
using Stripe;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// Stripe refuses the call itself: the key, a permission of it, the account. Nothing that is asked again will help until a person mends the
/// set-up. The message is our own but for Stripe's code, and may be logged: Stripe's sentence may quote the key.
/// </summary>
/// <param name="message">What was refused.</param>
/// <param name="status">Stripe's; null: it was not Stripe that refused.</param>
/// <param name="permission">What a restricted key lacks for it (<c>rak_…</c>), if Stripe says so.</param>
internal sealed class StripeRefusedException(string message, HttpStatusCode? status = null, string? permission = null) : StripeException(message)
{
    /// <summary>Stripe's status; null: it was not Stripe that refused.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>What a restricted key lacks for it (<c>rak_…</c>); null: Stripe does not say, or it is not that.</summary>
    public string? Permission { get; } = permission;

    /// <summary>Whether it was what was sent that Stripe refused, and not who sent it.</summary>
    public bool IsOfContent => Status is HttpStatusCode.BadRequest;
}
