using System.Net.Mime;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StripePassKitActors.Sandbox.Pages;

/// <summary>What all pages share: the sheet of styles, the script that keeps them live, and what tells the script that something changed.</summary>
internal static class PageFiles
{
    /// <summary>Some changes announce themselves to nobody: a pass lapses, the clock goes on.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    /// <param name="app">The app that serves pages.</param>
    /// <param name="nextChange">Gives a task that ends when there is something new to show.</param>
    public static void MapPageFiles(this WebApplication app, Func<Task> nextChange)
    {
        app.MapGet("/pages/site.css", () => TypedResults.Bytes(Read("site.css"), MediaTypeNames.Text.Css));
        app.MapGet("/pages/live.js", () => TypedResults.Bytes(Read("live.js"), MediaTypeNames.Text.JavaScript));
        app.MapGet("/pages/changes", (CancellationToken leave) =>
            TypedResults.ServerSentEvents(ChangesAsync(nextChange, app.Lifetime.ApplicationStopping, leave)));
    }

    /// <summary>Ends as well when the app stops, which would otherwise wait for every open page.</summary>
    private static async IAsyncEnumerable<string> ChangesAsync(
        Func<Task> nextChange, CancellationToken stopping, [EnumeratorCancellation] CancellationToken leave)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, leave);
        while (!either.IsCancellationRequested)
        {
            var next = nextChange();
            yield return "changed";
            await next.WaitAsync(LongestSilence, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
