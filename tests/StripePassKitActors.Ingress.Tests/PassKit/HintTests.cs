using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapr;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace StripePassKitActors.Ingress.Tests.PassKit;

public sealed class HintTests
{
    private const string Token = "token-of-the-test-0123456789abcdef";
    private const string SigningSecret = "c2VjcmV0IG9mIHRoZSB0ZXN0IHdpdGggbWFueSBieXRlcw==";

    // As they were seen: enums are numbers, and the person stands beside the pass.
    private const string Installed =
        """
        { "event": "PASS_EVENT_INSTALLED",
          "pass": { "id": "3Xh2abcDEF0123456789ab", "classId": "program", "protocol": 100, "externalId": "cus_1~2",
                    "personDetails": { "displayName": "Ada", "emailAddress": "ada@example.com" },
                    "metadata": { "status": 1, "firstInstalledAt": { "seconds": 1795521600, "nanos": 0 } },
                    "recordData": { "members.member.id": "3Xh2abcDEF0123456789ab", "person.emailAddress": "ada@example.com" } } }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Whatever_the_verb_the_members_ids_are_published_and_nothing_of_the_person(string verb)
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, Installed, verb);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = Assert.Single(app.Broker.Published);
        Assert.Equal("passkit-events", message.Topic);
        Assert.Equal("""{"memberId":"3Xh2abcDEF0123456789ab","externalId":"cus_1~2","event":"PASS_EVENT_INSTALLED"}""", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cloudevent.id"] = "passkit_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Installed)))[..32],
                ["cloudevent.type"] = "io.passkit.pass_event_installed",
                ["cloudevent.source"] = "/webhooks/passkit",
                ["cloudevent.subject"] = "3Xh2abcDEF0123456789ab",
                ["partitionKey"] = "3Xh2abcDEF0123456789ab",
            },
            message.Metadata);
    }

    [Theory]
    [InlineData("""{"pass":{"recordData":{"members.member.id":"m1","members.member.externalId":"cus_1"}}}""", """{"memberId":"m1","externalId":"cus_1","event":null}""")]
    [InlineData("""{"event":"X Y","pass":{"externalId":"cus_1"}}""", """{"memberId":null,"externalId":"cus_1","event":null}""")]
    [InlineData("""{"event":7,"pass":{"id":"m1","externalId":"ada@example.com"}}""", """{"memberId":"m1","externalId":null,"event":null}""")]
    public async Task A_hint_in_another_shape_is_taken_as_far_as_it_goes(string body, string published)
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = Assert.Single(app.Broker.Published);
        Assert.Equal(published, Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal("io.passkit.unknown", message.Metadata["cloudevent.type"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"pass":null}""")]
    [InlineData("""{"pass":{"id":7}}""")]
    [InlineData("""{"pass":{"id":"../member"}}""")]
    [InlineData("""{"pass":{"id":"\ud800"}}""")]
    public async Task What_names_no_member_is_acknowledged_counted_and_let_go(string body)
    {
        await using var app = await StartAsync();
        using var hints = Hints(app);

        using var answer = await SendAsync(app, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(app.Broker.Published);
        Assert.Equal(["unknown"], Outcomes(hints));
    }

    [Theory]
    [InlineData(Token + "x")]
    [InlineData("token-of-the-test-0123456789abcdeF")]
    [InlineData("")]
    public async Task With_a_wrong_token_there_is_no_such_route(string token)
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, Installed, token: token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(app.Broker.Published);
    }

    [Fact]
    public async Task Without_a_token_in_the_settings_there_is_no_such_route()
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await SendAsync(app, Installed);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(256 * 1024, HttpStatusCode.OK)]
    [InlineData((256 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_is_taken_up_to_256_kibibytes(int length, HttpStatusCode expected)
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, Installed.PadRight(length));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected is HttpStatusCode.OK ? 1 : 0, app.Broker.Published.Count);
    }

    [Fact]
    public async Task While_the_broker_fails_PassKit_is_told_to_come_back()
    {
        await using var app = await StartAsync();
        app.Broker.Answer = _ => throw new DaprException("publish failed");
        using var hints = Hints(app);

        using var answer = await SendAsync(app, Installed);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(["broker_unavailable"], Outcomes(hints));
    }

    [Theory]
    [InlineData("X-PassKit-Signature", false, false, "")]
    [InlineData("X-Signature", false, true, "")]
    [InlineData("x-passkit-signature", true, false, "sha256=")]
    [InlineData("PK-Signature", true, true, "sha256=")]
    public async Task With_a_signing_secret_a_signature_in_any_of_the_likely_forms_is_taken(string header, bool decoded, bool base64, string prefix)
    {
        await using var app = await StartAsync($"--PassKit:SigningSecret={SigningSecret}");
        var mac = HMACSHA256.HashData(decoded ? Convert.FromBase64String(SigningSecret) : Encoding.UTF8.GetBytes(SigningSecret), Encoding.UTF8.GetBytes(Installed));

        using var answer = await SendAsync(app, Installed, headers: (header, prefix + (base64 ? Convert.ToBase64String(mac) : Convert.ToHexStringLower(mac))));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(app.Broker.Published);
    }

    [Theory]
    [InlineData("X-PassKit-Signature", "")]
    [InlineData("X-PassKit-Signature", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("X-PassKit-Signature", "AAAA")]
    [InlineData("Other", "right")]
    public async Task With_a_signing_secret_what_is_not_signed_by_it_is_refused(string header, string value)
    {
        await using var app = await StartAsync($"--PassKit:SigningSecret={SigningSecret}");
        if (value is "right") value = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SigningSecret), Encoding.UTF8.GetBytes(Installed)));

        using var answer = await SendAsync(app, Installed, headers: (header, value));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(app.Broker.Published);
    }

    private static Task<IngressApp> StartAsync(params string[] settings) => IngressApp.StartAsync([$"--PassKit:WebhookToken={Token}", .. settings]);

    private static MetricCollector<long> Hints(IngressApp app) => app.Collect("ingress.passkit.webhooks");

    private static IEnumerable<string?> Outcomes(MetricCollector<long> hints) => hints.GetMeasurementSnapshot().Select(one => one.Tags["outcome"] as string);

    private static async Task<HttpResponseMessage> SendAsync(
        IngressApp app, string body, string verb = "POST", string token = Token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), $"/webhooks/passkit/{token}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await app.Client.SendAsync(request, Cancel);
    }
}
