using System.Net.Mime;
using System.Reflection;

namespace StripePassKitActors.Sandbox.Pages;

/// <summary>What all pages share: the sheet of styles and the script that keeps them live.</summary>
internal static class PageFiles
{
    public static void MapPageFiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/pages/site.css", () => TypedResults.Bytes(Read("site.css"), MediaTypeNames.Text.Css));
        app.MapGet("/pages/live.js", () => TypedResults.Bytes(Read("live.js"), MediaTypeNames.Text.JavaScript));
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
