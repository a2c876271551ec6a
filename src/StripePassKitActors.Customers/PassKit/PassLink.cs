namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// Where a holder gets a pass. PassKit does not say; the link follows from the region (<c>api.pub2.passkit.io</c> → <c>pub2.pskt.io</c>).
/// Any other host, a sandbox, serves its passes itself.
/// </summary>
/// <param name="restUrl">The binding's base URL, <c>PASSKIT_REST_URL</c>.</param>
internal sealed class PassLink(string? restUrl)
{
    private readonly Uri? links = Links(restUrl);

    /// <summary>The link; null while the region is not known.</summary>
    public string? Of(string? memberId) => memberId is null || links is null ? null : new Uri(links, memberId).ToString();

    private static Uri? Links(string? restUrl)
    {
        if (!Uri.TryCreate(restUrl, UriKind.Absolute, out var url)) return null;
        var parts = url.Host.Split('.');
        return parts is ["api", var region, "passkit", "io"] ? new Uri($"https://{region}.pskt.io/") : new Uri(url.GetLeftPart(UriPartial.Authority) + "/");
    }
}
