using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Hosting;

/// <summary>Runs an app whose settings may be wrong.</summary>
public static partial class StartUp
{
    /// <summary>
    /// Builds the app, validates its options and runs it until it is told to stop. Wrong settings are logged on standard error, one
    /// sentence each and without a stack trace; anything else that goes wrong is thrown as it is.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="build">Builds the app from the command line, without starting it.</param>
    /// <returns>The exit code: 0 after an ordinary end, 1 when the app could not start as it is set up.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], Task<WebApplication>> build)
    {
        try
        {
            var app = await build(args);
            await using (app)
            {
                // The host would do this as well, but would log the whole stack first.
                Validate(app.Services);
                await app.RunAsync();
                return 0;
            }
        }
        catch (StartUpException wrong)
        {
            Report([wrong.Message]);
        }
        catch (OptionsValidationException wrong)
        {
            Report(wrong.Failures);
        }

        return 1;
    }

    /// <summary>What is wrong with an app's settings, a sentence each; none: it can start.</summary>
    public static IReadOnlyList<string> Failures(IServiceProvider services)
    {
        try
        {
            Validate(services);
            return [];
        }
        catch (OptionsValidationException wrong)
        {
            return [.. wrong.Failures];
        }
        catch (StartUpException wrong)
        {
            return [wrong.Message];
        }
    }

    private static void Validate(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (AggregateException several)
        {
            throw new OptionsValidationException("", typeof(object), several.Flatten().InnerExceptions
                .SelectMany(one => one is OptionsValidationException wrong ? wrong.Failures : [one.Message]));
        }
        catch (InvalidOperationException unreadable) when (unreadable is not ObjectDisposedException)
        {
            // The binder's innermost message names the setting: "Failed to convert configuration value … at 'Stripe:Livemode'".
            throw new StartUpException(unreadable.GetBaseException().Message, unreadable);
        }
    }

    private static void Report(IEnumerable<string> sentences)
    {
        // The app may not exist yet, and its logger with it. Disposing writes what the console still holds.
        using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole());
        var logger = logging.CreateLogger(typeof(StartUp).FullName!);
        foreach (var sentence in sentences) LogCannotStart(logger, sentence);
    }

    [LoggerMessage(3001, LogLevel.Critical, "The app cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);
}
