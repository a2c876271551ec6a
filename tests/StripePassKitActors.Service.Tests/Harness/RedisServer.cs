using System.Net.Sockets;
using System.Text.Json.Nodes;

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
        return (await EvaluateAsync(script, text, cancellationToken)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The messages that a topic ever took, as JSON, oldest first.</summary>
    public async Task<JsonArray> MessagesAsync(string topic, CancellationToken cancellationToken)
    {
        const string script = "local told = {} for _, entry in ipairs(redis.call('XRANGE', ARGV[1], '-', '+')) do "
            + "for field = 1, #entry[2], 2 do if entry[2][field] == 'data' then table.insert(told, entry[2][field + 1]) end end end return '[' .. table.concat(told, ',') .. ']'";
        return JsonNode.Parse(await EvaluateAsync(script, topic, cancellationToken))!.AsArray();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        data.Dispose();
    }

    /// <summary>What a script answers, which must be one line of text.</summary>
    private async Task<string> EvaluateAsync(string script, string argument, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"EVAL \"{script}\" 0 {argument}\r\n"), cancellationToken);
        var length = await reader.ReadLineAsync(cancellationToken);
        return length?[0] == '$' ? (await reader.ReadLineAsync(cancellationToken))! : throw new InvalidOperationException(length);
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
