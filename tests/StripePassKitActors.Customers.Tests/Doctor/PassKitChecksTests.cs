using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Doctor;

/// <summary>From what PassKit said to the lines about it.</summary>
public sealed class PassKitChecksTests
{
    private static readonly PassKitOptions Keys = new() { ApiKey = "key", ApiSecret = "secret", ProgramId = "program" };

    [Theory]
    [InlineData(200, "{}", "ok api.pub1.passkit.io takes them")]
    [InlineData(200, "<html>", "error api.pub1.passkit.io answers with something that is not PassKit's. PASSKIT_REST_URL must be")]
    [InlineData(401, """{"error":"signature is invalid"}""", "error api.pub1.passkit.io answers 401 (signature is invalid). Check PassKit:ApiKey and PassKit:ApiSecret")]
    [InlineData(403, """{"error":{"code":7,"message":"no access"}}""", "error api.pub1.passkit.io answers 403 (no access). Check PassKit:ApiKey")]
    [InlineData(404, "<html>nginx</html>", "error api.pub1.passkit.io knows none of PassKit's addresses. PASSKIT_REST_URL must be")]
    [InlineData(404, """{"error":{"code":5,"message":"user does not exist"}}""", "ok api.pub1.passkit.io takes them")] // the wrong region: the program's line says so
    [InlineData(503, "", "error api.pub1.passkit.io answers 503. Try again later")]
    public void Credentials(int status, string body, string line) =>
        Lines.Assert([line], CredentialsCheck.Judge(Read(Answer(status, body)), Keys));

    [Fact]
    public void A_host_that_does_not_answer_is_the_first_thing_to_mend() =>
        Lines.Assert(
            ["error api.pub1.passkit.io does not answer: no connection (NameResolutionError). Check PASSKIT_REST_URL"],
            CredentialsCheck.Judge(Read(new PassKitAnswer(null, "no connection (NameResolutionError)", null, null)), Keys));

    [Theory]
    [InlineData(null, "Set PassKit:AuthorizationScheme to Bearer.")]
    [InlineData("Bearer", "Set PassKit:AuthorizationScheme to nothing.")]
    public void A_token_that_PassKit_takes_in_the_other_form_only(string? scheme, string remedy) => Lines.Assert(
        [$"error api.pub1.passkit.io takes the key, but not in this form. {remedy}"],
        CredentialsCheck.Judge(
            Read(Answer(401, """{"error":"illegal base64 data at input byte 6"}""")) with { OtherForm = Answer(200, "{}") },
            new PassKitOptions { ApiKey = "key", ApiSecret = "secret", AuthorizationScheme = scheme }));

    [Theory]
    [InlineData(0.4, true, "ok agrees with PassKit's to a second or so")]
    [InlineData(-5, true, "ok is 5 s ahead of PassKit's")]
    [InlineData(-12, true, "warn is 12 s ahead of PassKit's: PassKit refuses the tokens that it dates")]
    [InlineData(70, true, "warn is 70 s behind PassKit's: PassKit refuses")]
    [InlineData(70, false, "ok is 70 s behind PassKit's")]
    [InlineData(-400, false, "error is 400 s ahead of PassKit's: webhooks that Stripe signed look too old or too new.")]
    public void Clock(double ahead, bool signs, string line) =>
        Lines.Assert([line], ClockCheck.Judge(Read(Answer(200, "{}") with { Ahead = TimeSpan.FromSeconds(ahead) }), signs));

    [Fact]
    public void A_PassKit_that_tells_no_time() => Lines.Assert(["skipped PassKit did not say what time it is"], ClockCheck.Judge(Read(Answer(200, "{}")), signs: true));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("opaque-token-of-some-length", "ok carries no date of expiry that can be read")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJrIn0.c2ln", "ok carries no date of expiry that can be read")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTU1MjE2MDB9.c2ln", "error expired at 2026-11-24 12:00 UTC.")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTU1MjUyMDB9.c2ln", "warn expires at 2026-11-24 13:00 UTC.")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE4OTU1MjUyMDB9.c2ln", "ok lasts until 2030-01-24 22:46 UTC")]
    public void Token(string? token, params string[] lines) =>
        Lines.Assert(lines, TokenCheck.Judge(token, new DateTimeOffset(2026, 11, 24, 12, 30, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(false, "PROJECT_PUBLISHED PROJECT_ACTIVE_FOR_OBJECT_CREATION")]
    [InlineData(false, "8 1")]
    [InlineData(false, "PROJECT_DRAFT PROJECT_ACTIVE_FOR_OBJECT_CREATION", "warn 'Club' is a draft: its passes say that they are for tests, and vanish")]
    [InlineData(true, "PROJECT_DRAFT PROJECT_ACTIVE_FOR_OBJECT_CREATION", "error 'Club' is a draft")]
    [InlineData(true, "PROJECT_DELETED PROJECT_PUBLISHED PROJECT_ACTIVE_FOR_OBJECT_CREATION", "error 'Club' is deleted.")]
    [InlineData(true, "PROJECT_ACTIVE_FOR_OBJECT_CREATION", "warn 'Club' is not said to be published.")]
    [InlineData(true, "PROJECT_PUBLISHED", "error no pass can be made in it: it is disabled.")]
    [InlineData(true, "PROJECT_PUBLISHED PROJECT_DISABLED_FOR_OBJECT_CREATION", "error no pass can be made in it: it is disabled.")]
    [InlineData(true, "PROJECT_PUBLISHED PROJECT_ACTIVE_FOR_OBJECT_CREATION PROJECT_OVER_QUOTA", "error is used up: no further pass is made.")]
    [InlineData(true, "PROJECT_PUBLISHED PROJECT_ACTIVE_FOR_OBJECT_CREATION PROJECT_EMAIL_WARNING", "warn is about to be suspended")]
    [InlineData(true, "PROJECT_PUBLISHED PROJECT_ACTIVE_FOR_OBJECT_CREATION PROJECT_EMAIL_WARNING PROJECT_EMAIL_SUSPENDED", "warn is suspended: nobody is sent their pass.")]
    public void Program(bool livemode, string statuses, params string[] bad)
    {
        var program = new JsonObject { ["name"] = "Club", ["status"] = new JsonArray([.. statuses.Split(' ').Select(status => JsonValue.Create(status))]) };

        var findings = ProgramCheck.Judge(Read(Answer(200, "{}")) with { Program = Answer(200, program.ToJsonString()) }, livemode, mails: false).ToList();

        Assert.Equal(4, findings.Count);
        Lines.Assert(bad, findings.Where(finding => finding.Level != Level.Ok));
    }

    [Fact]
    public void Suspended_email_is_worse_where_it_is_asked_for() => Lines.Assert(
        ["error is suspended: nobody is sent their pass."],
        ProgramCheck.Judge(
            Read(Answer(200, "{}")) with { Program = Answer(200, """{"name":"Club","status":["PROJECT_PUBLISHED","PROJECT_ACTIVE_FOR_OBJECT_CREATION","PROJECT_EMAIL_SUSPENDED"]}""") },
            livemode: true,
            mails: true).Where(finding => finding.Level != Level.Ok));

    [Theory]
    [InlineData(404, "error api.pub1.passkit.io knows no program 'program'. In the wrong region everything answers 404, although the credentials are right. Set PASSKIT_REST_URL to the REST API prefix that the portal shows under Developer Tools (it may be https://api.pub2.passkit.io)")]
    [InlineData(403, "error 'program' cannot be read: PassKit answers 403. Whose credentials")]
    [InlineData(200, "error 'program' cannot be read: PassKit answers 200.")]
    public void A_program_that_cannot_be_read(int status, string line) =>
        Lines.Assert([line], ProgramCheck.Judge(Read(Answer(200, "{}")) with { Program = Answer(status, "no JSON") }, livemode: true, mails: false));

    [Theory]
    [InlineData(200, "EXPIRE_ON_VARIABLE_DATE_TIME", "ok is there, and its passes can be revoked")]
    [InlineData(200, "3", "ok is there, and its passes can be revoked")]
    [InlineData(200, "EXPIRE_SET_TO_NULL", "error never expires (EXPIRE_SET_TO_NULL): a pass in it cannot be revoked. Run: connect passkit --tiers")]
    [InlineData(200, "EXPIRE_NONE", "error never expires (EXPIRE_NONE)")]
    [InlineData(200, null, "error never expires (EXPIRE_NONE)")]
    [InlineData(200, "EXPIRE_AFTER_X_DAYS", "warn gives its passes a date of its own (EXPIRE_AFTER_X_DAYS), which none of ours may overrule. Run: connect passkit --tiers")]
    [InlineData(404, null, "error is not in the program. Make it in PassKit's portal, or mend its Id in Membership:Tiers")]
    [InlineData(500, null, "error cannot be read: PassKit answers 500.")]
    public void Tier(int status, string? type, string line)
    {
        var tier = new JsonObject { ["id"] = "gold", ["expirySettings"] = type is null ? null : new JsonObject { ["expiryType"] = type } };

        Lines.Assert([line], TierCheck.Judge(Read(Answer(200, "{}")) with { Tiers = new Dictionary<string, PassKitAnswer> { ["gold"] = Answer(status, tier.ToJsonString()) } }));
    }

    private const string Ours = """https://club.example/webhooks/passkit/0123456789abcdef0123456789abcdef""";

    private static readonly string Needed = string.Join(' ', PassKitSink.Events);

    public static TheoryData<string, string, string, string?, string> Sinks => new()
    {
        { Ours, "INTEGRATION_ACTIVE", Needed, null, "ok https://club.example/webhooks/passkit/… is told what it needs" },
        { Ours, "INTEGRATION_ACTIVE", Needed, "0123456789abcdef0123456789abcdef", "ok https://club.example/webhooks/passkit/… is told" },
        { Ours, "2", "2 4 8 16 32", null, "ok https://club.example/webhooks/passkit/… is told" },
        { Ours, "INTEGRATION_ACTIVE", Needed, "another", "error https://club.example/webhooks/passkit/… does not end in PassKit:WebhookToken: the ingress answers 404." },
        { Ours, "INTEGRATION_SUSPENDED", Needed, null, "error https://club.example/webhooks/passkit/… is INTEGRATION_SUSPENDED." },
        { Ours, "INTEGRATION_ACTIVE", "2 8 16 32", null, "warn https://club.example/webhooks/passkit/… is not told of PASS_EVENT_RECORD_UPDATED." },
        { Ours, "INTEGRATION_ACTIVE", "1 2 4 8 16 32", null, "warn https://club.example/webhooks/passkit/… is told of PASS_EVENT_RECORD_CREATED, which nothing needs." },
        { Ours.Replace("https", "http", StringComparison.Ordinal), "INTEGRATION_ACTIVE", Needed, null, "warn http://club.example/webhooks/passkit/… is no https address" },
        { "https://other.example/hook", "INTEGRATION_ACTIVE", Needed, null, "warn there is none: installed and removed passes" },
    };

    [Theory]
    [MemberData(nameof(Sinks))]
    public void Sink(string target, string status, string events, string? token, string line) => Lines.Assert(
        [line],
        SinkCheck.Judge(Read(Answer(200, "{}")) with { Sinks = Answer(200, new JsonObject { ["result"] = SinkJson(target, status, events) }.ToJsonString() + "\n") }, token));

    [Fact]
    public void Sinks_that_PassKit_does_not_show() =>
        Lines.Assert(["skipped PassKit does not say who is told of events: it answers 501 See"], SinkCheck.Judge(Read(Answer(200, "{}")) with { Sinks = Answer(501, "") }, null));

    [Fact]
    public void What_was_not_asked_is_not_judged()
    {
        var read = Read(Answer(401, "{}"));

        Assert.Empty(ProgramCheck.Judge(read, livemode: true, mails: false).Concat(TierCheck.Judge(read)).Concat(SinkCheck.Judge(read, null)));
    }

    private static JsonObject SinkJson(string target, string status, string events) => new()
    {
        ["id"] = "sink_1",
        ["status"] = status,
        ["passEventId"] = new JsonArray([.. events.Split(' ').Select(one => JsonValue.Create(one))]),
        ["configuration"] = new JsonObject { ["targetUrl"] = target }.ToJsonString(),
    };

    private static PassKitReading Read(PassKitAnswer profile) => new() { Region = new Uri("https://api.pub1.passkit.io"), ProgramId = "program", Profile = profile };

    private static PassKitAnswer Answer(int status, string body) => new((HttpStatusCode)status, body, null, null);
}
