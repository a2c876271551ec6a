namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>A webhook that is due to be sent.</summary>
/// <param name="Number">Its number in the log.</param>
/// <param name="Event">PassKit's <c>PassEventId</c>.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Secret">Signs it.</param>
/// <param name="Body">What it says.</param>
/// <param name="Failed">How many attempts have failed.</param>
internal sealed record OutgoingWebhook(long Number, string Event, Uri Url, string Secret, string Body, int Failed = 0);
