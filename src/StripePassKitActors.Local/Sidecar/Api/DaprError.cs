namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Errors in Dapr's form: <c>{"errorCode":"ERR_…","message":"…"}</c>.</summary>
internal static class DaprError
{
    public static Task WriteAsync(HttpContext context, int status, string errorCode, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["errorCode"] = errorCode, ["message"] = message });
    }

    /// <summary>For what Dapr may know and the development sidecar does not.</summary>
    public static Task WriteAsync(HttpContext context, UnsupportedException unknown) =>
        WriteAsync(context, StatusCodes.Status501NotImplemented, "ERR_NOT_IN_DEVELOPMENT_SIDECAR", unknown.Message);
}
