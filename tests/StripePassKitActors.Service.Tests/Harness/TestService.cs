namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// The whole service: both apps in this process, each beside its own sidecar. Everything can be stopped and started again in the
/// middle of a test; ports stay the same.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(IPlatform platform, TestServiceOptions options)
    {
        Ingress = new AppWithSidecar("ingress", platform, options.Ingress, options.IngressSettings, options);
        Customers = new AppWithSidecar("customers", platform, options.Customers, options.CustomersSettings, options);
    }

    public AppWithSidecar Ingress { get; }

    public AppWithSidecar Customers { get; }

    /// <summary>Starts the platform, then apps and sidecars together, and returns when both apps say that they are ready.</summary>
    public static async Task<TestService> StartAsync(IPlatform platform, TestServiceOptions options, CancellationToken cancellationToken)
    {
        await platform.StartAsync(cancellationToken);
        var service = new TestService(platform, options);
        try
        {
            await Task.WhenAll(service.Ingress.StartAsync(cancellationToken), service.Customers.StartAsync(cancellationToken));
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ingress.DisposeAsync();
        await Customers.DisposeAsync();
    }
}
