namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>Files of this repository, found from wherever the tests were built.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Components => Path.Combine(Root, "components");

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "StripePassKitActors.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} does not lie in the repository.");
    }
}
