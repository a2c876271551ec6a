namespace StripePassKitActors.Customers.Doctor;

/// <summary>Writes what was found, a line each, and tells how bad the worst of it is.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="colours">Whether it is a terminal that shows them.</param>
/// <param name="secrets">What is never written, whoever quotes it.</param>
internal sealed class Report(TextWriter output, bool colours, IEnumerable<string> secrets)
{
    private const int WidestSubject = 22;

    private const string Indent = "         ";

    private const string Hidden = "…";

    private const string Reset = "\e[0m";

    private readonly IReadOnlyList<string> secrets = [.. secrets.OrderByDescending(secret => secret.Length)];

    private Level worst;

    /// <summary>0: nothing to do; 1: at least one warning; 2: at least one error.</summary>
    public int ExitCode => worst switch { Level.Error => 2, Level.Warn => 1, _ => 0 };

    /// <summary>Writes a line.</summary>
    public Task WriteAsync(Finding finding)
    {
        worst = finding.Level > worst ? finding.Level : worst;
        return WriteAsync(Line(finding));
    }

    /// <summary>Writes lines, each as soon as it is there.</summary>
    public async Task WriteAsync(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings) await WriteAsync(finding);
    }

    /// <summary>Writes a line of its own kind, the one that holds a new secret: nothing in it is hidden.</summary>
    public Task WriteSecretAsync(string setting, string secret) => output.WriteLineAsync($"{Indent}{setting}={secret}");

    private Task WriteAsync(string line) => output.WriteLineAsync(secrets.Aggregate(line, (text, secret) => text.Replace(secret, Hidden, StringComparison.Ordinal)).ReplaceLineEndings(" "));

    private string Line(Finding finding)
    {
        var word = $"{finding.Level}".ToLowerInvariant().PadRight(8);
        var text = finding.Remedy is null ? finding.Text : $"{finding.Text} {finding.Remedy}";
        return $"{(colours ? Colour(finding.Level) + word + Reset : word)} {finding.Subject.PadRight(WidestSubject)} {text}";
    }

    private static string Colour(Level level) => level switch
    {
        Level.Ok or Level.Done => "\e[32m",
        Level.Would => "\e[36m",
        Level.Warn => "\e[33m",
        Level.Error => "\e[31m",
        _ => "\e[90m",
    };
}
