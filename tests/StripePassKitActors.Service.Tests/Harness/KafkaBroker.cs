using System.Net.Sockets;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>A Kafka broker in memory, gone with its messages when it stops.</summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    private ChildProcess? process;

    public int Port { get; } = FreePort.Next();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        process = ChildProcess.Start(Tools.Kafka, ["-port", $"{Port}"]);
        await process.ReadyAsync(ListensAsync, cancellationToken);
    }

    /// <summary>For <see cref="TestServiceOptions.EditComponents"/>: puts this broker in the place of Redis.</summary>
    public string Component(string file, string yaml) => file != "pubsub.yaml" ? yaml : $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: pubsub
        spec:
          type: pubsub.kafka
          version: v1
          metadata:
            - name: brokers
              value: 127.0.0.1:{Port}
            - name: authType
              value: none
            # What was published before the first subscriber came is read too, as it is on Redis.
            - name: initialOffset
              value: oldest
        scopes:
          - ingress
          - customers
        """;

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
