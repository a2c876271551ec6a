using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace StripePassKitActors.Hosting.Tests;

public sealed class HealthTests
{
    private const string Placed = """{"actorRuntime":{"hostReady":true,"activeActors":[{"type":"A"}],"placement":"placement: connected"}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(204, "{}", false, null)]
    [InlineData(500, "{}", false, "answered 500")]
    [InlineData(204, Placed, true, null)]
    [InlineData(500, Placed, true, "answered 500")]
    [InlineData(204, "{}", true, "has not started")]
    [InlineData(204, """{"actorRuntime":{"hostReady":false,"placement":"placement: connected"}}""", true, "host is not ready")]
    [InlineData(204, """{"actorRuntime":{"hostReady":true,"activeActors":[{"type":"A"}],"placement":"placement: disconnected"}}""", true, "placement")]
    [InlineData(204, """{"actorRuntime":{"hostReady":true,"placement":"placement: connected"}}""", true, "no actor type")]
    [InlineData(204, "not JSON", true, "metadata")]
    public async Task Ready_means_that_the_sidecar_and_where_asked_the_actor_host_are(
        int outbound, string metadata, bool hostsActors, string? reason)
    {
        await using var sidecar = await SidecarAsync(outbound, metadata);
        await using var app = await AppAsync(sidecar.Urls.Single(), hostsActors);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var alive = await client.GetAsync("/healthz", Cancel);
        using var ready = await client.GetAsync("/readyz", Cancel);

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(reason is null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        if (reason is null) return;
        var problem = await ready.Content.ReadFromJsonAsync<ProblemDetails>(Cancel);
        Assert.Contains(reason, problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sidecar_it_is_alive_and_not_ready()
    {
        await using var app = await AppAsync("http://127.0.0.1:1", hostsActors: true);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var alive = await client.GetAsync("/healthz", Cancel);
        using var ready = await client.GetAsync("/readyz", Cancel);

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("application/problem+json", ready.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public void That_it_is_not_ready_is_told_once_however_often_it_is_asked()
    {
        var logger = new FakeLogger<ReadinessLog>();
        var log = new ReadinessLog(logger);

        foreach (var reason in new[] { "no sidecar", "no sidecar", "no placement", null, null, "no sidecar" }) log.Tell(reason);

        Assert.Equal(
            ["Not ready yet: no sidecar", "Not ready yet: no placement", "Ready.", "Not ready: no sidecar"],
            logger.Collector.GetSnapshot().Select(record => record.Message));
    }

    [Fact]
    public async Task An_unforeseen_exception_is_a_problem_without_its_text()
    {
        await using var app = await AppAsync("http://127.0.0.1:1", hostsActors: false);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.GetAsync("/throw", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("cus_1", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> SidecarAsync(int outbound, string metadata)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var sidecar = builder.Build();
        sidecar.MapGet("/v1.0/healthz/outbound", (HttpRequest request) =>
            request.Headers["dapr-api-token"] == "token" ? Results.StatusCode(outbound) : Results.Unauthorized());
        sidecar.MapGet("/v1.0/metadata", () => Results.Text(metadata, "application/json"));
        await sidecar.StartAsync(Cancel);
        return sidecar;
    }

    private static async Task<WebApplication> AppAsync(string sidecar, bool hostsActors)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", "--environment=Development", $"--DAPR_HTTP_ENDPOINT={sidecar}", "--DAPR_API_TOKEN=token",
        ]).AddHostDefaults();
        builder.Logging.ClearProviders();
        builder.Services.AddSidecar(hostsActors).PostConfigure<HealthCheckServiceOptions>(health =>
        {
            foreach (var check in health.Registrations) check.Timeout = Timeout.InfiniteTimeSpan; // the first of a process is slow
        });
        var app = builder.Build();
        app.UseProblemDetails();
        app.MapHealth();
        app.MapGet("/throw", string () => throw new InvalidOperationException("cus_1"));
        await app.StartAsync(Cancel);
        return app;
    }
}
