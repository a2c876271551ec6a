using StripePassKitActors.Customers.Doctor;

namespace StripePassKitActors.Customers.Connect;

/// <summary>Where PassKit's webhooks are to lead: whose site, and the token that nobody guesses.</summary>
/// <param name="Target">The whole address; null: <paramref name="Wrong"/> says why there is none.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="LacksToken">Whether a new token would mend it.</param>
internal sealed record SinkTarget(Uri? Target, Finding? Wrong = null, bool LacksToken = false)
{
    /// <summary>Said where nobody said which of them is meant.</summary>
    public const string Several = "there are several, on different sites.";

    private const string Subject = "PassKit webhook";

    private const int ShortestToken = 32;

    /// <param name="url">What was said: the whole address, or all before the token; null: nothing.</param>
    /// <param name="token">What the ingress asks for, if this app is told (<c>PassKit:WebhookToken</c>).</param>
    /// <param name="ours">What leads to such an address already.</param>
    public static SinkTarget Of(Uri? url, string? token, IReadOnlyList<PassKitSink> ours)
    {
        url ??= ours.Select(sink => PassKitSink.Site(sink.Target!)).Distinct().ToArray() is [var only] ? new Uri(only) : null;
        if (url is null)
            return Error(ours.Count == 0 ? "there is none yet." : Several, "Say where the ingress is reached from outside: --url https://…");

        var path = url.AbsolutePath.TrimEnd('/');
        var said = path.LastIndexOf(PassKitSink.Path, StringComparison.Ordinal) is >= 0 and var at ? path[(at + PassKitSink.Path.Length)..] : null;
        if (said is not null && !string.IsNullOrEmpty(token) && said != token)
            return Error("the token in --url is not PassKit:WebhookToken.", "Leave it out of --url, or make them agree: the ingress takes no other.");

        var chosen = said ?? token;
        if (string.IsNullOrEmpty(chosen))
            return Error("it has no token yet, the part of its address that nobody guesses.", "Give this one to the ingress and to this app, then run this again:", lacksToken: true);
        if (chosen.Length < ShortestToken || chosen.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
            return Error($"its token must have at least {ShortestToken} letters, digits, '-' or '_'.", "Give this one to the ingress and to this app, then run this again:", lacksToken: true);

        return new SinkTarget(new Uri($"{PassKitSink.Site(url)}{PassKitSink.Path}{chosen}"));
    }

    private static SinkTarget Error(string text, string remedy, bool lacksToken = false) => new(null, Finding.Error(Subject, text, remedy), lacksToken);
}
