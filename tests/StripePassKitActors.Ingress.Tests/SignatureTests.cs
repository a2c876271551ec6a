using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using static StripePassKitActors.Ingress.Tests.IngressApp;

namespace StripePassKitActors.Ingress.Tests;

public sealed class SignatureTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Events.Charge);
    private static readonly string Wrong = new('a', 64);

    public static TheoryData<string, Func<long, string>> Accepted => new()
    {
        { "the newest secret", t => $"t={t},v1={Mac(Body, t)}" },
        { "the secret being rolled out", t => $"t={t},v1={Mac(Body, t, OldSecret)}" },
        { "two signatures, the first wrong", t => $"t={t},v1={Wrong},v1={Mac(Body, t)}" },
        { "two signatures, the second wrong", t => $"t={t},v1={Mac(Body, t)},v1={Wrong}" },
        { "a test signature beside it", t => $"t={t},v1={Mac(Body, t)},v0={Wrong}" },
        { "299 s old", t => $"t={t - 299},v1={Mac(Body, t - 299)}" },
        { "300 s old", t => $"t={t - 300},v1={Mac(Body, t - 300)}" },
        { "299 s ahead", t => $"t={t + 299},v1={Mac(Body, t + 299)}" },
    };

    public static TheoryData<string, Func<long, string?>, string> Refused => new()
    {
        { "no header", _ => null, "missing" },
        { "empty header", _ => "", "missing" },
        { "white header", _ => "  ", "missing" },
        { "garbage", _ => "garbage", "malformed" },
        { "only commas", _ => ",,,", "malformed" },
        { "no timestamp", t => $"v1={Mac(Body, t)}", "malformed" },
        { "trailing comma", t => $"t={t},v1={Mac(Body, t)},", "malformed" },
        { "v0 only", t => $"t={t},v0={Mac(Body, t)}", "matches" },
        { "empty signature", t => $"t={t},v1=", "matches" },
        { "upper case", t => $"t={t},v1={Mac(Body, t).ToUpperInvariant()}", "matches" },
        { "another secret", t => $"t={t},v1={Mac(Body, t, "whsec_other")}", "matches" },
        { "another time's signature", t => $"t={t},v1={Mac(Body, t - 1)}", "matches" },
        { "empty timestamp", t => $"t=,v1={Mac(Body, t)}", "matches" },
        { "a fresh timestamp put before a stale one", t => $"t={t},t={t - 301},v1={Mac(Body, t - 301)}", "matches" },
        { "a fresh timestamp put behind a stale one", t => $"t={t - 301},t={t},v1={Mac(Body, t - 301)}", "tolerance" },
        { "301 s old", t => $"t={t - 301},v1={Mac(Body, t - 301)}", "tolerance" },
        { "301 s ahead", t => $"t={t + 301},v1={Mac(Body, t + 301)}", "tolerance" },
        { "a timestamp beyond 32 bits, rightly signed", _ => $"t=99999999999,v1={Mac(Body, 99999999999)}", "matches" },
    };

    [Theory]
    [MemberData(nameof(Accepted), DisableDiscoveryEnumeration = true)]
    public async Task A_right_signature_is_taken(string which, Func<long, string> header)
    {
        await using var app = await StartAsync();

        using var answer = await app.SendAsync(Body, header(app.Now));

        Assert.True(answer.StatusCode is HttpStatusCode.OK, which);
        Assert.Single(app.Broker.Published);
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_wrong_signature_is_answered_400_with_its_kind_and_never_published(
        string which, Func<long, string?> header, string kind)
    {
        await using var app = await StartAsync();
        var signature = header(app.Now);

        using var answer = await app.SendAsync(Body, signature);

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest, $"{which}: {answer.StatusCode}");
        Assert.Empty(app.Broker.Published);
        var problem = await answer.Content.ReadFromJsonAsync<ProblemDetails>(TestContext.Current.CancellationToken);
        Assert.Contains(kind, problem!.Detail, StringComparison.Ordinal);
        if (signature is { Length: > 20 }) Assert.DoesNotContain(signature[^20..], problem.Detail, StringComparison.Ordinal);
        Assert.Equal(["bad_signature"], app.Outcomes);
    }

    [Fact]
    public async Task A_changed_byte_of_the_body_is_refused()
    {
        await using var app = await StartAsync();
        var signature = $"t={app.Now},v1={Mac(Body, app.Now)}";
        var changed = Body.ToArray();
        changed[^2]++;

        using var answer = await app.SendAsync(changed, signature);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(app.Broker.Published);
    }

    [Fact]
    public async Task A_body_that_is_not_UTF8_is_refused_though_its_bytes_are_signed()
    {
        await using var app = await StartAsync();

        using var answer = await app.SendSignedAsync([.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(app.Broker.Published);
    }

    [Fact]
    public async Task Time_is_the_clocks_so_a_signature_grows_old()
    {
        await using var app = await StartAsync();
        var signature = $"t={app.Now},v1={Mac(Body, app.Now)}";
        app.Clock.Advance(TimeSpan.FromSeconds(301));

        using var answer = await app.SendAsync(Body, signature);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
