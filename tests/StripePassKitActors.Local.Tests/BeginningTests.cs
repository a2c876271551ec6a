using System.Net;
using System.Net.Sockets;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Local.Tests;

public sealed class BeginningTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("stripe-passkit-actors-").FullName;

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var taken = ((IPEndPoint)somebody.LocalEndpoint).Port;

        var refusal = Assert.Throws<StartUpException>(() => new Ports(taken, Ports.Any(), Ports.Any(), Ports.Any()).Require());

        Assert.StartsWith($"Port {taken} is taken", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void How_far_the_clock_was_moved_outlives_the_run()
    {
        var file = Path.Combine(folder, "clock");
        var moved = SavedClock.Open(file);
        moved.MoveBy(TimeSpan.FromDays(31));

        Assert.Equal(moved.Offset, SavedClock.Open(file).Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-5")]
    public void A_clock_file_that_says_nothing_sensible_begins_at_the_machines_time(string text)
    {
        var file = Path.Combine(folder, "clock");
        File.WriteAllText(file, text);

        Assert.Equal(TimeSpan.Zero, SavedClock.Open(file).Offset);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
