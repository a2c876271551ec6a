using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StripePassKitActors.Hosting;

/// <summary>How every app of this service answers, whatever it does: errors, health, headers.</summary>
public static class HostDefaults
{
    /// <summary>Adds the clock and ProblemDetails, drops the <c>Server</c> header and quiets the framework's lines per request.</summary>
    public static WebApplicationBuilder AddHostDefaults(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore", (string?)"Warning"),
                KeyValuePair.Create("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", (string?)"None"), // ReadinessLog tells it once
            ],
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddProblemDetails();
        builder.Services.TryAddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>
    /// Answers every error with ProblemDetails and without its exception, in development too. Call it before any other middleware.
    /// </summary>
    public static WebApplication UseProblemDetails(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = error => error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
        return app;
    }

    /// <summary>
    /// Maps <c>GET /healthz</c> (alive, asks nobody: what the sidecar's app health check asks) and <c>GET /readyz</c> (200, or 503
    /// ProblemDetails whose <c>detail</c> says what is missing; asks every registered health check). Both are anonymous.
    /// </summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
        return app;
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        var reason = report.Status is HealthStatus.Healthy
            ? null
            : string.Join(' ', report.Entries.Values.Where(entry => entry.Status is not HealthStatus.Healthy).Select(entry => entry.Description));
        context.RequestServices.GetRequiredService<ReadinessLog>().Tell(reason);
        if (reason is null) return;

        await Results.Problem(reason, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready")
            .ExecuteAsync(context);
    }
}
