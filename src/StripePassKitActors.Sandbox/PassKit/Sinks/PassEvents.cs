namespace StripePassKitActors.Sandbox.PassKit.Sinks;

/// <summary>PassKit's <c>PassEventId</c>: what a webhook may tell of.</summary>
internal static class PassEvents
{
    public const string Created = "PASS_EVENT_RECORD_CREATED";
    public const string Installed = "PASS_EVENT_INSTALLED";
    public const string Updated = "PASS_EVENT_RECORD_UPDATED";
    public const string Uninstalled = "PASS_EVENT_UNINSTALLED";
    public const string Invalidated = "PASS_EVENT_INVALIDATED";
    public const string Deleted = "PASS_EVENT_RECORD_DELETED";

    /// <summary>The HTTP verb that tells of it. That of an invalidated pass was never seen; it is taken for a change.</summary>
    public static string Verb(string passEvent) => passEvent switch
    {
        Created => "POST",
        Deleted => "DELETE",
        _ => "PUT",
    };
}
