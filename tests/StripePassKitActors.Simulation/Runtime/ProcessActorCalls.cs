using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The SDK's proxies with the world behind them: what they send over the wire ends at an actor of this process.</summary>
internal sealed class ProcessActorCalls(Process process) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (process.Dead) return await Process.NeverAsync<HttpResponseMessage>();

        // /v1.0/actors/{type}/{id}/method/{name}
        var path = request.RequestUri!.AbsolutePath.Split('/');
        var (type, id, name) = (path[3], path[4], path[6]);
        var trouble = process.World.Mischief.Of(id, Effect.ActorCall);
        if (trouble == Trouble.Fails) throw new HttpRequestException("The simulated sidecar is away.");
        if (trouble == Trouble.DiesBefore) return await DiedAsync();

        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var answer = await process.TurnAsync(type, id, async actor =>
        {
            var method = actor.GetType().GetMethod(name)!;
            object?[] arguments = [.. method.GetParameters().Select(parameter => JsonSerializer.Deserialize(body, parameter.ParameterType, CustomerActorServices.Json))];
            if (arguments is [ImmutableArray<CustomerEvent> taken]) Turn.Current!.Events = [.. taken.Select(one => one.Id)];
            var turn = (Task)method.Invoke(actor, BindingFlags.Default, null, arguments, null)!;
            await turn;
            return turn.GetType().GetProperty("Result")!.GetValue(turn);
        });

        if (trouble == Trouble.FailsAfter) throw new HttpRequestException("The simulated sidecar's answer was lost.");
        if (trouble == Trouble.DiesAfter) return await DiedAsync();
        return new HttpResponseMessage { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(answer, CustomerActorServices.Json)) };
    }

    private Task<HttpResponseMessage> DiedAsync()
    {
        process.Die();
        return Process.NeverAsync<HttpResponseMessage>();
    }
}
