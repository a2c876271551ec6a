using System.Net;
using System.Net.Sockets;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// Ports to give to programs before they start, and again when they are started anew. They lie below the range from which systems
/// take the ports of outgoing connections, so that none of those gets in between.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int given = Environment.ProcessId * 97 % Count; // test runs beside each other begin at different places

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref given) & int.MaxValue) % Count;
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
