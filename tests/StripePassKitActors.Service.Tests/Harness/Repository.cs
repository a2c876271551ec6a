namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>Files of this repository, found from wherever the tests were built.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Components => Path.Combine(Root, "components");

    /// <summary>Recorded answers of Stripe, kept beside the repository because they are others' work.</summary>
    public static string RecordedStripe
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "stripe"));
            if (!Directory.Exists(folder)) Tools.Missing($"Recorded answers of Stripe are missing. Looked in: {folder}.");
            return folder;
        }
    }

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "StripePassKitActors.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} does not lie in the repository.");
    }
}
