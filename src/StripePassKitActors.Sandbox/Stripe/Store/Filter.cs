namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>What objects are chosen by.</summary>
/// <param name="Path">A field, as SQLite's JSON path without <c>$.</c>; <c>number</c> is the order of making.</param>
/// <param name="Comparison">SQL's sign.</param>
/// <param name="Value">A text or a number; flags are 0 and 1; null only with <c>IS</c>; a JSON array with <see cref="In"/>.</param>
internal sealed record Filter(string Path, string Comparison, object? Value)
{
    /// <summary>One of several.</summary>
    public const string In = "IN";

    public Filter(string path, object value)
        : this(path, "=", value)
    {
    }
}
