namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// The programs that the tests run against. Dapr's are where <c>dapr init</c> puts them; the rest is on the PATH or in <c>~/.local/bin</c>.
/// A test whose program is missing is skipped and says so; on a build server (<c>CI=true</c>) it fails, so that nothing is skipped for ever.
/// </summary>
internal static class Tools
{
    private static readonly string Home = Environment.GetFolderPath(
        Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
    private static readonly string[] Path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
        System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> PostgreSqlFolders => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => System.IO.Path.Combine(version, "bin"))
        : [];

    public static string Daprd => Dapr("daprd");
    public static string Placement => Dapr("placement");
    public static string Scheduler => Dapr("scheduler");
    public static string Redis => Other("redis-server", "it is part of Redis");
    public static string Kafka => Other("kafka-dev", "it is a Kafka broker for tests, started with -port");

    /// <summary>One of PostgreSQL's programs, which Debian keeps off the PATH.</summary>
    public static string PostgreSql(string name) => Find(name, [.. Path, .. PostgreSqlFolders], "it is part of PostgreSQL");

    public static string Docker => Other("docker", "it builds the images of deploy/Dockerfile");

    public static string StripeMock => Other("stripe-mock", "it is Stripe's own stub of its API, github.com/stripe/stripe-mock");

    /// <summary>A Chromium under any of its names.</summary>
    public static string Chromium
    {
        get
        {
            string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
            var found = names.SelectMany(name => Path.Select(folder => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);
            if (found is null) Missing($"No browser is there; the pages are tried with Chromium. Looked on the PATH for {string.Join(", ", names)}.");
            return found!;
        }
    }

    /// <summary>Ends the running test: skipped, or failed on a build server.</summary>
    public static void Missing(string sentence)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) Assert.Fail(sentence);
        Assert.Skip(sentence);
    }

    private static string Dapr(string name) => Find(name, [System.IO.Path.Combine(Home, ".dapr", "bin"), .. Path], "`dapr init` installs it");

    private static string Other(string name, string hint) => Find(name, [.. Path, System.IO.Path.Combine(Home, ".local", "bin")], hint);

    private static string Find(string name, string[] folders, string hint)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        var found = folders.Select(folder => System.IO.Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (found is null) Missing($"{name} is missing ({hint}). Looked in: {string.Join(", ", folders.Distinct())}.");
        return found!;
    }
}
