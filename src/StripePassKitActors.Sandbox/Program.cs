using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Send;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Sandbox;

/// <summary>Serves a Stripe and a PassKit that behave; with <c>send FILE…</c> it only sends events.</summary>
public static class Program
{
    /// <summary>Runs until it is stopped, or until the files are sent; the exit code says whether all went well.</summary>
    public static Task<int> Main(string[] args)
    {
        // What is no command of ours is a setting: --urls=http://localhost:9000 --PassKit:ProgramId=…
        var sandbox = new RootCommand("A Stripe and a PassKit that behave, for development.") { TreatUnmatchedTokensAsErrors = false };
        sandbox.SetAction((_, stopping) => ServeAsync(args, stopping));
        sandbox.Add(SendCommand.Create(TimeProvider.System));
        return sandbox.Parse(args).InvokeAsync();
    }

    private static async Task<int> ServeAsync(string[] args, CancellationToken stopping)
    {
        await using var stripe = StripeSandboxApp.Build(args, TimeProvider.System);
        await using var passKit = PassKitSandboxApp.Build(args, TimeProvider.System);
        stripe.Lifetime.ApplicationStopping.Register(passKit.Lifetime.StopApplication);
        passKit.Lifetime.ApplicationStopping.Register(stripe.Lifetime.StopApplication);
        try
        {
            await passKit.StartAsync(stopping);
            await stripe.StartAsync(stopping);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{taken.Message} Is another sandbox, or the local run, still there?");
            return 1;
        }

        await Task.WhenAll(stripe.WaitForShutdownAsync(stopping), passKit.WaitForShutdownAsync(stopping));
        return 0;
    }
}
