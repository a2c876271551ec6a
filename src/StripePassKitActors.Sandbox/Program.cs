using System.CommandLine;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Send;

namespace StripePassKitActors.Sandbox;

/// <summary>Serves a PassKit that behaves; with <c>send FILE…</c> it plays Stripe instead.</summary>
public static class Program
{
    /// <summary>Runs until it is stopped, or until the files are sent; the exit code says whether all went well.</summary>
    public static Task<int> Main(string[] args)
    {
        // What is no command of ours is a setting: --urls=http://localhost:9000 --PassKit:ProgramId=…
        var sandbox = new RootCommand("A PassKit in memory, for development.") { TreatUnmatchedTokensAsErrors = false };
        sandbox.SetAction((_, stopping) => ServeAsync(args, stopping));
        sandbox.Add(SendCommand.Create(TimeProvider.System));
        return sandbox.Parse(args).InvokeAsync();
    }

    private static async Task ServeAsync(string[] args, CancellationToken stopping)
    {
        await using var app = PassKitSandboxApp.Build(args, TimeProvider.System);
        await app.StartAsync(stopping);
        await app.WaitForShutdownAsync(stopping);
    }
}
