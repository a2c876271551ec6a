using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Client;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The SDK's proxies, with no sidecar behind them: a call over the wire ends at the actor itself, one turn of it after the other.</summary>
/// <param name="find">The actor of a type and an id.</param>
internal sealed class InProcessActors(Func<string, ActorId, object> find) : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    /// <summary>How many of the next calls find no sidecar.</summary>
    public int Failing { get; set; }

    /// <summary>Runs between the actor's turn and its caller.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public IActorProxyFactory Proxies => new ActorProxyFactory(
        new ActorProxyOptions { UseJsonSerialization = true, JsonSerializerOptions = CustomerActorServices.Json, HttpEndpoint = "http://sidecar", DaprApiToken = "" }, this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Failing > 0)
        {
            Failing--;
            throw new HttpRequestException("The sidecar is away.");
        }

        // /v1.0/actors/{type}/{id}/method/{name}
        var path = request.RequestUri!.AbsolutePath.Split('/');
        var actor = find(path[3], new ActorId(path[4]));
        var method = actor.GetType().GetMethod(path[6])!;
        List<object?> arguments = [];
        foreach (var parameter in method.GetParameters())
        {
            await using var body = await request.Content!.ReadAsStreamAsync(cancellationToken);
            arguments.Add(await JsonSerializer.DeserializeAsync(body, parameter.ParameterType, CustomerActorServices.Json, cancellationToken));
        }

        var lockOfTurns = turns.GetOrAdd($"{path[3]} {path[4]}", _ => new SemaphoreSlim(1));
        await lockOfTurns.WaitAsync(cancellationToken);
        Task turn;
        try
        {
            turn = (Task)method.Invoke(actor, BindingFlags.Default, null, [.. arguments], null)!;
            await turn;
        }
        finally
        {
            lockOfTurns.Release();
        }

        await BeforeAnswer();
        var answer = turn.GetType().GetProperty("Result")!.GetValue(turn);
        return new HttpResponseMessage { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(answer, CustomerActorServices.Json)) };
    }
}
