using Dapr;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace StripePassKitActors.Hosting;

/// <summary>Settings out of a Dapr secret store.</summary>
public static class SecretStore
{
    /// <summary>The setting that names the store. Without it nothing is read and nothing waits.</summary>
    public const string Setting = "Secrets:Store";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Reads the store named by <c>Secrets:Store</c>, waiting up to 30 s for the sidecar, and puts what it holds into configuration
    /// below the environment and the command line. Call it before anything is bound.
    /// </summary>
    /// <exception cref="StartUpException">No sidecar, or it cannot read the store.</exception>
    public static async Task AddSecretStoreAsync(this WebApplicationBuilder builder, TimeProvider? time = null)
    {
        if (builder.Configuration[Setting] is not { Length: > 0 } store) return;

        var sidecar = SidecarEndpoints.From(builder.Configuration);
        builder.Configuration.AddBelowEnvironment(Settings(await ReadAsync(store, sidecar, time ?? TimeProvider.System)));
    }

    /// <summary>Above the files, below what whoever starts the app says: the environment and the command line.</summary>
    internal static void AddBelowEnvironment(
        this IConfigurationManager configuration, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var sources = configuration.Sources;
        var above = sources.FirstOrDefault(source =>
            source is EnvironmentVariablesConfigurationSource { Prefix: null or "" } or CommandLineConfigurationSource);
        sources.Insert(
            above is null ? sources.Count : sources.IndexOf(above),
            new MemoryConfigurationSource { InitialData = settings.ToList() });
    }

    /// <summary>
    /// What a store answered, as settings. Stores disagree on shape (one value a name, or one secret of several keys as in
    /// Kubernetes), so the inner key counts. A key without <c>__</c> or <c>:</c> is none of this service's settings: Kubernetes
    /// answers with every secret of the namespace.
    /// </summary>
    /// <exception cref="StartUpException">Two secrets hold the same key with different values.</exception>
    internal static IEnumerable<KeyValuePair<string, string?>> Settings(
        IReadOnlyDictionary<string, Dictionary<string, string>> bulk) => bulk
        .SelectMany(secret => secret.Value, (secret, pair) => (
            Secret: secret.Key,
            Key: pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
            pair.Value))
        .Where(one => one.Key.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
        .GroupBy(one => one.Key, StringComparer.OrdinalIgnoreCase)
        .Select(setting => setting.DistinctBy(one => one.Value).Skip(1).Any()
            ? throw new StartUpException($"The secret store holds {setting.Key} with different values, in "
                + string.Join(" and ", setting.Select(one => one.Secret).Order(StringComparer.Ordinal)) + ".")
            : KeyValuePair.Create(setting.Key, (string?)setting.First().Value));

    private static async Task<Dictionary<string, Dictionary<string, string>>> ReadAsync(
        string store, SidecarEndpoints sidecar, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var dapr = sidecar.CreateClient();
        try
        {
            await dapr.WaitForSidecarAsync(timeout.Token);
            return await dapr.GetBulkSecretAsync(store, cancellationToken: timeout.Token);
        }
        catch (Exception late) when (timeout.IsCancellationRequested && late is OperationCanceledException or DaprException)
        {
            throw new StartUpException(
                $"No Dapr sidecar was ready at {sidecar.Http} (DAPR_HTTP_PORT) within {Patience.Seconds} s, "
                + $"and {Setting} asks for the settings in its secret store '{store}'.",
                late);
        }
        catch (DaprException refused)
        {
            var reason = (refused.InnerException as RpcException)?.Status.Detail ?? refused.Message;
            throw new StartUpException($"The secret store '{store}' that {Setting} names cannot be read: {reason}", refused);
        }
    }
}
