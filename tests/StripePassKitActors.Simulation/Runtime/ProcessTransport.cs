using System.Net;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The way from one process to PassKit. Each call takes a while, in which anything else may happen.</summary>
internal sealed class ProcessTransport(Process process) : IPassKitTransport
{
    public Task<PassKitResponse> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        if (process.Dead) return Process.NeverAsync<PassKitResponse>();

        var world = process.World;
        var whose = Turn.Current?.Actor ?? "";
        var trouble = world.Mischief.Of(whose, Effect.PassKit);

        // Whoever is told twice that a member is not there may believe it.
        if (trouble == Trouble.Missing && Turn.Current is { } turn)
        {
            if (turn.ToldMissing) trouble = Trouble.None;
            turn.ToldMissing = true;
        }

        world.Tell(() => $"{whose} calls PassKit: {method} {path}{(trouble == Trouble.None ? "" : $" ({trouble})")}");
        if (trouble == Trouble.DiesBefore) return DiedAsync();

        (HttpStatusCode Status, ReadOnlyMemory<byte> Body) answer = (HttpStatusCode.OK, default);
        if (trouble is not (Trouble.Fails or Trouble.Hangs or Trouble.TooMany or Trouble.Breaks or Trouble.Missing))
        {
            answer = world.PassKit.Answer(method, path, body);
        }

        if (trouble == Trouble.DiesAfter) return DiedAsync();

        var answered = new TaskCompletionSource<PassKitResponse>();
        cancellationToken.Register(() => Unless(() => answered.TrySetCanceled(cancellationToken)));
        if (trouble is Trouble.Hangs or Trouble.HangsAfter) return answered.Task;

        var latency = world.Mischief.Latency(whose);
        world.Time.After(latency, () => Unless(() =>
        {
            switch (trouble)
            {
                case Trouble.Fails or Trouble.FailsAfter:
                    answered.TrySetException(new Dapr.DaprException("The simulated binding failed."));
                    break;
                case Trouble.TooMany:
                    answered.TrySetResult(new PassKitResponse((HttpStatusCode)429, default, null, TimeSpan.FromSeconds(1 + (latency.Ticks % 89))));
                    break;
                case Trouble.Breaks:
                    answered.TrySetResult(new PassKitResponse(HttpStatusCode.InternalServerError, default, null, null));
                    break;
                case Trouble.Missing:
                    answered.TrySetResult(new PassKitResponse(HttpStatusCode.NotFound, default, null, null));
                    break;
                case Trouble.Garbage:
                    answered.TrySetResult(new PassKitResponse(HttpStatusCode.OK, "<html>"u8.ToArray(), null, null));
                    break;
                case Trouble.GatewayAfter:
                    answered.TrySetResult(new PassKitResponse(HttpStatusCode.BadGateway, "<html>"u8.ToArray(), null, null));
                    break;
                default:
                    answered.TrySetResult(new PassKitResponse(answer.Status, answer.Body, null, null));
                    break;
            }
        }));
        return answered.Task;
    }

    private void Unless(Action goOn)
    {
        if (!process.Dead) goOn();
    }

    private Task<PassKitResponse> DiedAsync()
    {
        process.Die();
        return Process.NeverAsync<PassKitResponse>();
    }
}
