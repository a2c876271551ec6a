using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using StripePassKitActors.Hosting;
using StripePassKitActors.Local.Sidecar;

namespace StripePassKitActors.Local;

/// <summary>The whole story on a machine that has nothing but the .NET SDK.</summary>
public static class Program
{
    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Forget what earlier runs left in .local/ and begin anew." };

    /// <summary>Runs until it is told to stop; exit code 1 when it could not start.</summary>
    public static Task<int> Main(string[] args)
    {
        // What is no option of ours is a setting of the apps: --Membership:GraceDays=7
        var local = new RootCommand("Ingress, customers, a Stripe and a PassKit that behave, and a development sidecar, in one process.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        local.Add(Fresh);
        local.SetAction((parsed, stopping) => RunAsync(parsed.GetValue(Fresh), [.. parsed.UnmatchedTokens], stopping));

        // No time limit on stopping: a turn may take four seconds, and what is under way is saved.
        return local.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(bool fresh, string[] args, CancellationToken stopping)
    {
        var folder = Path.GetFullPath(".local");
        try
        {
            var settings = LocalSettings.Read(args);
            await using var run = await LocalRun.StartAsync(settings, folder, Ports.Usual, fresh, stopping);
            await Console.Out.WriteLineAsync(Welcome(settings, folder));
            await ToldToStopAsync(stopping);
            await Console.Out.WriteLineAsync("Stopping.");
            return 0;
        }
        catch (StartUpException wrong)
        {
            await Console.Error.WriteLineAsync($"It cannot start: {wrong.Message}");
        }
        catch (OptionsValidationException wrong)
        {
            foreach (var failure in wrong.Failures) await Console.Error.WriteLineAsync($"It cannot start: {failure}");
        }
        catch (Exception wrong) when (wrong is UnsupportedException or InvalidDataException or IOException or UnauthorizedAccessException or SqliteException)
        {
            await Console.Error.WriteLineAsync($"It cannot start: {wrong.Message}");
        }

        return 1;
    }

    private static async Task ToldToStopAsync(CancellationToken stopping)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var cancelled = stopping.Register(() => told.TrySetResult());
        await told.Task;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            told.TrySetResult();
        }
    }

    private static string Welcome(IConfiguration settings, string folder) => $"""

          Shop              http://localhost:8082            buy a membership: card 4242 4242 4242 4242
          Wallet            {(settings["PASSKIT_REST_URL"] is { Length: > 0 } real ? $"{real} (yours)" : "http://localhost:8083            see the pass appear, change, expire and return")}
          Stripe dashboard  http://localhost:8082/dashboard  renew, fail, refund, cancel; move the clock
          Customers         http://localhost:8081/openapi/v1.json
                            curl -H 'Authorization: Bearer {(settings["Operator:ApiKey"] == LocalSettings.OperatorKey ? LocalSettings.OperatorKey : "…")}' http://localhost:8081/api/customers/cus_…
          Webhooks          http://localhost:8080/webhooks/stripe

        Begin in the shop. Everything is kept in {folder}; --fresh begins anew. Ctrl-C stops.

        """;
}
