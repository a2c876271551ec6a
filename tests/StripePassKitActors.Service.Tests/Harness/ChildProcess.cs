using System.Collections.Concurrent;
using System.Diagnostics;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>A program that runs beside the tests, remembers what it printed, and never outlives them, however they end.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 1_000;

    // The test host holds the other end of the program's stdin. When it is gone, even by SIGKILL, the watcher reads the end and kills the program.
    private const string WatchedStart = "exec 3<&0; ( cat <&3; kill -KILL $$ ) >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";

    private readonly ConcurrentQueue<string> lines = new();
    private readonly Process process;
    private bool killed;

    private ChildProcess(string name, Process process)
    {
        Name = name;
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public string Name { get; }

    /// <summary>The system's number of it.</summary>
    public int Id => process.Id;

    public bool HasExited => killed || process.HasExited;

    /// <summary>The last lines of what it printed.</summary>
    public string Log => string.Join(Environment.NewLine, lines);

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null, string? folder = null)
    {
        string[] command = OperatingSystem.IsWindows() ? [program, .. arguments] : ["/bin/sh", "-c", WatchedStart, "sh", program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (key, value) in environment ?? []) start.Environment[key] = value;

        var child = new ChildProcess(Path.GetFileNameWithoutExtension(program), new Process { StartInfo = start });
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits until the program says that it is ready; what it printed is shown if it ends or does not come to it.</summary>
    public async Task ReadyAsync(Func<CancellationToken, Task<bool>> ready, CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.Async(
                async () => HasExited || await ready(cancellationToken), $"{Name} is to get ready", cancellationToken: cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{late.Message}{Environment.NewLine}{Log}", late);
        }

        if (HasExited) throw new InvalidOperationException($"{Name} ended with {process.ExitCode}:{Environment.NewLine}{Log}");
    }

    /// <summary>Waits until it ends by itself; all that it printed is then known.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Kills it, as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (killed) return;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        killed = true;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lines.Enqueue(line);
        if (lines.Count > LinesKept) lines.TryDequeue(out _);
    }
}
