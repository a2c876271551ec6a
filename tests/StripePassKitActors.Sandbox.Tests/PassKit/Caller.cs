using System.Text;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Sandbox.PassKit;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

/// <summary>A sandbox that listens, its clock, and a client of it.</summary>
internal sealed class Caller : IAsyncDisposable
{
    public static readonly PassKitSandboxOptions Options = new() { Token = "long-lived", TierIds = ["silver", "gold"] };

    private readonly RunningPassKitSandbox app;
    private readonly HttpClient http;

    private Caller(RunningPassKitSandbox app, FakeTimeProvider time)
    {
        (this.app, Time) = (app, time);
        http = new HttpClient { BaseAddress = app.Address };
    }

    public FakeTimeProvider Time { get; }

    public Uri Address => app.Address;

    public PassKitSandbox Sandbox => app.Sandbox;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public DateTimeOffset Now => Time.GetUtcNow();

    public static async Task<Caller> StartAsync(PassKitSandboxOptions? options = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
        return new Caller(await PassKitSandboxApp.StartAsync((options ?? Options) with { Patience = Timeout.InfiniteTimeSpan }, time, Stop), time);
    }

    public string Fresh() => Jwt.Sign(Options.ApiSecret, new { uid = Options.ApiKey, iat = Seconds(-10), exp = Seconds(45) });

    public long Seconds(int fromNow) => Now.AddSeconds(fromNow).ToUnixTimeSeconds();

    public string Moment(int daysFromNow) => Now.AddDays(daysFromNow).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    /// <summary>Calls with a fresh token.</summary>
    public Task<Reply> CallAsync(string verb, string path, string? json = null) => CallAsAsync(Fresh(), verb, path, json);

    public async Task<Reply> CallAsAsync(string? authorization, string verb, string path, string? json = null, CancellationToken? stop = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(verb), path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request, stop ?? Stop);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(stop ?? Stop), response.Headers.Date, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Enrols a member of tier silver and returns its id; <paramref name="more"/> is further JSON, e.g. <c>"points": 1</c>.</summary>
    public async Task<string> EnrolAsync(string externalId = "cus_1", string? more = null)
    {
        var reply = await CallAsync("POST", "/members/member", Member(externalId, more));
        Assert.Equal(200, reply.Status);
        return reply.Id;
    }

    public static string Member(string externalId = "cus_1", string? more = null) =>
        $$"""{ "externalId": "{{externalId}}", "programId": "local_program", "tierId": "silver" {{(more is null ? "" : ", " + more)}} }""";

    public Task<Reply> GetAsync(string memberId) => CallAsync("GET", $"/members/member/id/{memberId}");

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return app.DisposeAsync();
    }
}
