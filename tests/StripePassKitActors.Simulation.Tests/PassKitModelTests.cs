using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Simulation.PassKit;

namespace StripePassKitActors.Simulation.Tests;

/// <summary>The fast PassKit of the simulation beside the strict one of the sandbox: the same calls, the same answers.</summary>
public sealed class PassKitModelTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Tiers = ["gold", "silver"];
    private static readonly string[] Compared = ["externalId", "tierId", "person", "metaData", "expiryDate", "status", "passMetaData", "points", "tierPoints"];

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task The_same_calls_get_the_same_answers_from_both(int seed, bool revivesExpired)
    {
        var time = new FakeTimeProvider(Start);
        var model = new PassKitModel("program", Tiers, time, revivesExpired);
        await using var running = await PassKitSandboxApp.StartAsync(
            new PassKitSandboxOptions { Token = "token", ProgramId = "program", TierIds = Tiers }, time, TestContext.Current.CancellationToken);
        (running.Sandbox.RevivesExpired, running.Sandbox.FreesExternalIds) = (revivesExpired, true);
        using var client = new HttpClient { BaseAddress = running.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        var (chance, ids) = (new Random(seed), new List<(string Ours, string Theirs)> { ("nobody", "nobody") });

        for (var number = 0; number < 400; number++)
        {
            if (chance.Next(6) == 0) time.Advance(TimeSpan.FromHours(chance.Next(1, 24 * 30)));
            var (ours, theirs) = ids[chance.Next(ids.Count)];
            var (method, path, body) = Call(chance, time.GetUtcNow());
            var told = model.Answer(method, path.Replace("ID", ours, StringComparison.Ordinal), Encoding.UTF8.GetBytes(body.Replace("ID", ours, StringComparison.Ordinal)));
            using var request = new HttpRequestMessage(method, path.Replace("ID", theirs, StringComparison.Ordinal));
            if (method != HttpMethod.Get) request.Content = new StringContent(body.Replace("ID", theirs, StringComparison.Ordinal), Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.True(response.StatusCode == told.Status, $"{number}: {method} {path} {body}: {(int)told.Status}, and the sandbox says {(int)response.StatusCode} {answer}");
            if (!response.IsSuccessStatusCode) continue;
            if (method == HttpMethod.Post) ids.Add((Field(told.Body, "id"), JsonNode.Parse(answer)!["id"]!.GetValue<string>()));
            if (method == HttpMethod.Get && path.Contains("/member/", StringComparison.Ordinal)) Assert.Equal(Shown(JsonNode.Parse(answer)!), Shown(JsonNode.Parse(told.Body.Span)!));
        }

        Assert.True(ids.Count > 5);
    }

    private static (HttpMethod Method, string Path, string Body) Call(Random chance, DateTimeOffset now)
    {
        var tier = chance.Next(8) == 0 ? "platinum" : Tiers[chance.Next(2)];
        var expiry = JsonSerializer.Serialize(now.AddHours(chance.Next(-200, 2_000)).UtcDateTime);
        var metadata = chance.Next(2) == 0 ? $$""","metaData":{"status":"s{{chance.Next(5)}}","other":""}""" : "";
        var person = chance.Next(2) == 0 ? $$""","person":{"displayName":"Person {{chance.Next(5)}}"}""" : "";
        return chance.Next(11) switch
        {
            0 => (HttpMethod.Post, "/members/member", $$"""{"externalId":"cus_{{chance.Next(12)}}","programId":"program","tierId":"{{tier}}","expiryDate":{{expiry}}{{metadata}}{{person}}}"""),
            1 => (HttpMethod.Put, "/members/member", $$"""{"id":"ID","programId":"program"{{metadata}}{{person}}}"""),
            2 => (HttpMethod.Put, "/members/member", $$"""{"id":"ID","programId":"program","expiryDate":{{expiry}}{{metadata}}{{person}}}"""),
            3 => (HttpMethod.Put, "/members/member/tier", $$"""{"memberId":"ID","tierId":"{{tier}}"}"""),
            4 => (HttpMethod.Put, "/members/member/updateExpiry", $$"""{"id":"ID","expiryDate":{{expiry}}}"""),
            9 => (HttpMethod.Put, "/members/member/points/set", chance.Next(3) switch
            {
                0 => """{"id":"ID","resetPoints":true}""",
                1 => $$"""{"id":"ID","points":{{chance.Next(500)}}}""",
                _ => $$"""{"id":"ID","tierPoints":{{chance.Next(500)}}}""",
            }),
            10 when chance.Next(4) == 0 => (HttpMethod.Delete, "/members/member", """{"id":"ID"}"""),
            5 => (HttpMethod.Get, $"/members/member/externalId/program/cus_{chance.Next(12)}", ""),
            6 => (HttpMethod.Get, "/members/program/program", ""),
            7 => (HttpMethod.Get, $"/members/tier/program/{tier}", ""),
            _ => (HttpMethod.Get, "/members/member/id/ID", ""),
        };
    }

    private static string Field(ReadOnlyMemory<byte> body, string name) => JsonNode.Parse(body.Span)![name]!.GetValue<string>();

    /// <summary>What the app reads of a member, in one form.</summary>
    private static string Shown(JsonNode member)
    {
        var shown = Compared.ToDictionary(name => name, name => name switch
        {
            "person" => member["person"]?["displayName"]?.GetValue<string>() ?? "",
            "passMetaData" => member["passMetaData"]!["status"]!.GetValue<string>() == "PASS_INVALIDATED" ? "invalid" : "valid",
            "status" => member["status"]!.GetValue<string>() == "EXPIRED" ? "expired" : "not",
            "expiryDate" => $"{DateTimeOffset.Parse(member["expiryDate"]!.GetValue<string>(), null).ToUnixTimeSeconds()}",
            "metaData" => string.Join(",", member["metaData"]!.AsObject().Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)),
            "points" or "tierPoints" => $"{member[name]?.GetValue<double>() ?? 0}",
            _ => member[name]!.GetValue<string>(),
        });
        return string.Join("; ", shown.Select(pair => $"{pair.Key} {pair.Value}"));
    }
}
