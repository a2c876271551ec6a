namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>Something that happens by itself when its moment comes.</summary>
/// <param name="Number">Tells it from others, and which of two of one moment came first.</param>
/// <param name="At">When.</param>
/// <param name="What">What, e.g. <c>renew</c>.</param>
/// <param name="Id">To which object.</param>
internal sealed record Due(long Number, DateTimeOffset At, string What, string Id);
