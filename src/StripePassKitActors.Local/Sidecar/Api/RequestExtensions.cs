using StripePassKitActors.Local.Sidecar.App;

namespace StripePassKitActors.Local.Sidecar.Api;

internal static class RequestExtensions
{
    public static string Value(this HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    public static async Task<byte[]> BodyAsync(this HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>Hands an app's answer on as it is.</summary>
    public static async Task WriteAsync(this HttpContext context, AppAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
