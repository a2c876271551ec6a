using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Answers in Stripe's place, each call as it is told, and the last answer from then on.</summary>
internal sealed class FaultServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> answers = [];

    private FaultServer(WebApplication app)
    {
        this.app = app;
        app.Run(context =>
        {
            Requests.Enqueue(new Request(context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
            var answer = answers.Count > 1 && answers.TryDequeue(out var next) ? next : answers.First();
            return answer(context);
        });
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>What was asked, oldest first.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    public static async Task<FaultServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = new FaultServer(builder.Build());
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public void Answer(int status, string body, params (string Name, string Value)[] headers) => Answer(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body, context.RequestAborted);
    });

    public void Answer(Func<HttpContext, Task> answer) => answers.Enqueue(answer);

    /// <summary>Forgets what is left to answer.</summary>
    public void Clear() => answers.Clear();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    internal sealed record Request(string Path, IReadOnlyDictionary<string, string> Headers);
}
