using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace StripePassKitActors.Sandbox.Send;

/// <summary><c>send FILE…</c>: posts Stripe events to a webhook, signed; exit code 1 when any was not answered with 2xx.</summary>
internal static class SendCommand
{
    private static readonly Argument<FileInfo[]> Files = new("FILE")
    {
        Description = "A Stripe event, or a Stripe object, which is wrapped in the event that would announce it. Sent in this order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<Uri> To = new("--to")
    {
        Description = "The webhook.",
        DefaultValueFactory = _ => new Uri("http://localhost:8080/webhooks/stripe"),
        CustomParser = ParseUrl,
    };

    private static readonly Option<string> Secret = new("--secret")
    {
        Description = "What the webhook checks signatures with.",
        DefaultValueFactory = _ => "whsec_local",
    };

    private static readonly Option<string?> Type = new("--type") { Description = "For objects: the event's type. Default: by kind and status." };

    private static readonly Option<DateTimeOffset?> Created = new("--created")
    {
        Description = "For objects: the event's time, RFC 3339 or Unix seconds. Default: when the object was created.",
        CustomParser = ParseMoment,
    };

    private static readonly Option<bool> Now = new("--now") { Description = "Moves all times by as much as makes the last of the events happen now." };

    /// <summary>The command, its signatures dated by this clock.</summary>
    public static Command Create(TimeProvider time)
    {
        var command = new Command("send", "Sends Stripe events to a webhook, signed.") { Files, To, Secret, Type, Created, Now };
        command.SetAction((parsed, cancellationToken) => SendAsync(parsed, time, cancellationToken));
        return command;
    }

    private static async Task<int> SendAsync(ParseResult parsed, TimeProvider time, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var http = new HttpClient();
        var sender = new EventSender(http, parsed.GetRequiredValue(To), parsed.GetRequiredValue(Secret), time);
        var allTaken = true;
        var ready = new List<(FileInfo File, OutgoingEvent Event)>();
        foreach (var file in parsed.GetRequiredValue(Files))
        {
            await TryAsync(file, async () => ready.Add((file, await EventSender.ReadAsync(file, parsed.GetValue(Type), parsed.GetValue(Created), cancellationToken))));
        }

        if (parsed.GetValue(Now) && ready.Count > 0)
        {
            var move = time.GetUtcNow() - ready.Max(one => one.Event.Created);
            ready = [.. ready.Select(one => (one.File, one.Event.MovedBy(move)))];
        }

        foreach (var (file, outgoing) in ready)
        {
            await TryAsync(file, async () =>
            {
                var status = await sender.PostAsync(outgoing, cancellationToken);
                await output.WriteLineAsync($"{status} {outgoing.Id} {outgoing.Type} {file.Name}");
                allTaken &= status is >= 200 and < 300;
            });
        }

        return allTaken ? 0 : 1;

        async Task TryAsync(FileInfo file, Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (UnsendableException unsendable)
            {
                await error.WriteLineAsync($"{file.Name} was not sent. {unsendable.Message}");
                allTaken = false;
            }
        }
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        result.AddError("--to wants a URL that begins with http:// or https://.");
        return null;
    }

    private static DateTimeOffset? ParseMoment(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (long.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253_402_300_800)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        result.AddError("--created wants a time such as 2026-11-24T10:00:00Z, or Unix seconds.");
        return null;
    }
}
