using System.Net;
using System.Net.Sockets;

namespace StripePassKitActors.Sandbox.Tests;

/// <summary>An address that nobody serves, and that nobody else can take meanwhile.</summary>
internal sealed class Unserved : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Unserved() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Url => $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/webhooks/stripe";

    public void Dispose() => socket.Dispose();
}
