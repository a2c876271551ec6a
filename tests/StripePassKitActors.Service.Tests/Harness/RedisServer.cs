using System.Net.Sockets;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>A Redis of the test's own. A <paramref name="durable"/> one keeps everything it ever answered OK to, however it ends.</summary>
internal sealed class RedisServer(bool durable = false) : IAsyncDisposable
{
    private readonly TemporaryFolder data = new();
    private ChildProcess? process;

    public int Port { get; } = FreePort.Next();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        process = ChildProcess.Start(Tools.Redis,
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", data.Path, "--save", "",
            "--appendonly", durable ? "yes" : "no", "--appendfsync", "always",
        ]);
        await process.ReadyAsync(PingAsync, cancellationToken);
    }

    /// <summary>Kills it, as a crash would; <see cref="StartAsync"/> brings it back on the same port.</summary>
    public async Task StopAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = null;
    }

    /// <summary>How many messages a topic ever took.</summary>
    public async Task<int> LengthAsync(string topic, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"XLEN {topic}\r\n"), cancellationToken);
        var answer = await reader.ReadLineAsync(cancellationToken);
        return int.Parse(answer![1..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Keys of hashes, which is what state is kept in, whose name or value holds a text.</summary>
    public async Task<IReadOnlyList<string>> HashesWithAsync(string text, CancellationToken cancellationToken)
    {
        const string script = "local found = {} for _, key in ipairs(redis.call('KEYS', '*')) do "
            + "if redis.call('TYPE', key).ok == 'hash' then local all = key .. table.concat(redis.call('HVALS', key)) "
            + "if string.find(all, ARGV[1], 1, true) then table.insert(found, key) end end end return table.concat(found, ' ')";
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"EVAL \"{script}\" 0 {text}\r\n"), cancellationToken);
        var length = await reader.ReadLineAsync(cancellationToken);
        if (length?[0] != '$') throw new InvalidOperationException(length);
        return (await reader.ReadLineAsync(cancellationToken))!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        data.Dispose();
    }

    private async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
            using var reader = new StreamReader(client.GetStream());
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            return await reader.ReadLineAsync(cancellationToken) == "+PONG"; // while it loads its file it answers -LOADING
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
