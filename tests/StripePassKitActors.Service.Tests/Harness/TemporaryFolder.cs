namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>A folder that goes when its owner does.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stripe-passkit-actors-").FullName;

    /// <summary>A copy of <c>components/</c>, each file through <paramref name="edit"/> (file name, content → content). A sidecar watches the
    /// folder it was given and applies every change at once, so none is ever given the repository's own.</summary>
    public static TemporaryFolder OfComponents(Func<string, string, string> edit)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.Components, "*.yaml"))
        {
            var name = System.IO.Path.GetFileName(file);
            File.WriteAllText(System.IO.Path.Combine(folder.Path, name), edit(name, File.ReadAllText(file)));
        }

        return folder;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A program just killed may still hold a file; the system clears its temporary folder.
        }
    }
}
