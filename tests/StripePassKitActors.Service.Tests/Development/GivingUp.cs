using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using StripePassKitActors.Service.Tests.Facts;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>One of the differences from daprd that are wanted: there, this lets two calls into one actor.</summary>
public sealed class GivingUp
{
    private const string Say = "v1.0/actors/Parrot/1/method/Say";
    private const string Said = "/actors/Parrot/1/method/Say";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_gives_up_while_waiting_for_a_turn_gives_up_only_their_own()
    {
        await using var platform = new DevelopmentPlatform();
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        var open = new TaskCompletionSource();
        app.Answer = async call =>
        {
            if (call.Body == "\"first\"") await open.Task;
            return Results.Ok();
        };

        var first = app.AskAsync(HttpMethod.Put, Say, "\"first\"");
        await app.CalledAsync(Said, 1, Cancelled);
        await GiveUpAsync(app.Sidecar.Http, "\"impatient\"");
        var next = app.AskAsync(HttpMethod.Put, Say, "\"next\"");
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/2/method/Say", "\"the sidecar has read what came before\"");

        Assert.Equal(["\"first\""], app.To(Said).Select(call => call.Body));
        open.SetResult();
        Assert.Equal((200, 200), ((await first).Status, (await next).Status));
        Assert.Equal(["\"first\"", "\"next\""], app.To(Said).Select(call => call.Body));
    }

    /// <summary>Asks, hangs up, and waits until the sidecar has noticed: then it closes the connection, and has answered nothing.</summary>
    private static async Task GiveUpAsync(Uri sidecar, string body)
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync(sidecar.Host, sidecar.Port, Cancelled);
        await using var line = caller.GetStream();
        await line.WriteAsync(Encoding.ASCII.GetBytes($"PUT /{Say} HTTP/1.1\r\nHost: {sidecar.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Cancelled);
        caller.Client.Shutdown(SocketShutdown.Send);
        try
        {
            Assert.Equal(0, await line.ReadAsync(new byte[1], Cancelled));
        }
        catch (IOException)
        {
            // It may close it less politely.
        }
    }
}
