using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Local;

/// <summary>Where the parts of a local run listen.</summary>
/// <param name="Ingress">Webhooks.</param>
/// <param name="Customers">Inspection.</param>
/// <param name="Stripe">Shop, checkout, dashboard, Stripe's API.</param>
/// <param name="PassKit">Wallet, PassKit's API.</param>
internal sealed record Ports(int Ingress, int Customers, int Stripe, int PassKit)
{
    /// <summary>Those that people and scripts rely on.</summary>
    public static Ports Usual { get; } = new(8080, 8081, 8082, 8083);

    /// <summary>The address of a port on this machine.</summary>
    public static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");

    /// <summary>Refuses to begin while somebody else has one of them.</summary>
    /// <exception cref="StartUpException">The message names the port.</exception>
    /// <param name="passKit">Whether somebody will listen on PassKit's.</param>
    public void Require(bool passKit = true)
    {
        int[] ports = passKit ? [Ingress, Customers, Stripe, PassKit] : [Ingress, Customers, Stripe];
        foreach (var port in ports.Where(port => !IsFree(IPAddress.Loopback, port) || !IsFree(IPAddress.IPv6Loopback, port)))
            throw new StartUpException($"Port {port} is taken by another program; end it, or find it with `ss -ltnp 'sport = :{port}'` (lsof -i :{port} on a Mac).");
    }

    /// <summary>Any that is free now.</summary>
    public static int Any()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException taken)
        {
            return taken.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied); // a machine may have no IPv6
        }
    }
}
