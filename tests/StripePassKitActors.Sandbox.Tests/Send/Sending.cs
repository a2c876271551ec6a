using System.CommandLine;
using StripePassKitActors.Sandbox.Send;

namespace StripePassKitActors.Sandbox.Tests.Send;

/// <summary>Files in a folder of their own, and what the command said when it was told to send them.</summary>
internal sealed class Sending : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sandbox-send-");

    public string File(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public string Missing(string name) => Path.Combine(folder.FullName, name);

    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var parsed = SendCommand.Create(TimeProvider.System).Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    public void Dispose() => folder.Delete(recursive: true);
}
