using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.PassKit.Members;
using StripePassKitActors.Sandbox.PassKit.Sinks;

namespace StripePassKitActors.Sandbox.PassKit.Pages;

/// <summary>The holders' side: all passes, each where its link leads, and the mail. And, at each pass, what a merchant does to it in the portal.</summary>
internal static class WalletEndpoints
{
    private const int Shown = 50;

    // Who is no phone gets the page that the link leads to; curl counts as a phone.
    private static readonly string[] Phones = ["iPhone", "iPad", "iPod", "curl/"];

    public static void MapWallet(this WebApplication app, PassKitSandbox sandbox)
    {
        app.MapPageFiles(() => Task.WhenAny(sandbox.Calls.NextChange(), sandbox.Deliveries.NextChange()));
        app.MapGet("/", () => new RazorComponentResult<Wallet>(new
        {
            Members = sandbox.Members.Reverse().ToList(),
            Calls = Calls(sandbox, _ => true),
            Deliveries = Deliveries(sandbox, _ => true),
            Program = sandbox.Options.ProgramId,
        }));
        app.MapGet("/mail", () => new RazorComponentResult<MailPage>(new { Mail = sandbox.Mail.Reverse().ToList() }));
        app.MapGet("/{memberId:length(22)}", (string memberId) => Show(sandbox, memberId));
        app.MapGet("/{memberId:length(22)}.pkpass", (string memberId, HttpRequest request) => AddToApples(sandbox, memberId, request));
        app.MapGet("/{memberId:length(22)}.gpay", (string memberId) => Mark(sandbox, memberId, installed: true, google: true));
        app.MapPost("/{memberId:length(22)}/install", (string memberId, string? wallet) => Mark(sandbox, memberId, installed: true, wallet == "google"));
        app.MapPost("/{memberId:length(22)}/uninstall", (string memberId) => Mark(sandbox, memberId, installed: false));
        app.MapPost("/{memberId:length(22)}/change", (string memberId, HttpRequest request) => ChangeAsync(sandbox, memberId, request));
        app.MapPost("/{memberId:length(22)}/delete", IResult (string memberId) => sandbox.Remove(memberId) ? TypedResults.LocalRedirect("/") : Nobody());
    }

    private static RazorComponentResult Show(PassKitSandbox sandbox, string memberId) => Find(sandbox, memberId) is { } member
        ? new RazorComponentResult<Pass>(new
        {
            Member = member,
            Calls = Calls(sandbox, call => call.MemberId == memberId),
            Deliveries = Deliveries(sandbox, delivery => delivery.MemberId == memberId),
            Tiers = sandbox.TierIds(),
            Program = sandbox.Options.ProgramId,
        })
        : new RazorComponentResult<NoPass> { StatusCode = StatusCodes.Status404NotFound };

    private static IResult AddToApples(PassKitSandbox sandbox, string memberId, HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        if (Find(sandbox, memberId) is not { } member || !Phones.Any(phone => agent.Contains(phone, StringComparison.Ordinal))) return Show(sandbox, memberId);
        sandbox.MarkInstalled(memberId);
        return TypedResults.Bytes(PassBundle.Of(member, sandbox.Options.ProgramId), PassBundle.MediaType, $"{memberId}.pkpass");
    }

    private static IResult Mark(PassKitSandbox sandbox, string memberId, bool installed, bool google = false) =>
        sandbox.MarkInstalled(memberId, installed, google) ? TypedResults.LocalRedirect($"/{memberId}") : Nobody();

    private static async Task<IResult> ChangeAsync(PassKitSandbox sandbox, string memberId, HttpRequest request)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var tier = form["tier"].ToString() is { Length: > 0 } named ? named : null;
        DateTimeOffset? expiry = DateTimeOffset.TryParse(form["expiry"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
        return sandbox.ChangeByHand(memberId, tier, expiry) ? TypedResults.LocalRedirect($"/{memberId}") : Nobody();
    }

    private static RazorComponentResult<NoPass> Nobody() => new() { StatusCode = StatusCodes.Status404NotFound };

    private static Member? Find(PassKitSandbox sandbox, string memberId) => sandbox.Members.FirstOrDefault(member => member.Id == memberId);

    private static List<Call> Calls(PassKitSandbox sandbox, Func<Call, bool> shown) => [.. sandbox.Calls.All.Where(shown).Reverse().Take(Shown)];

    private static List<SinkDelivery> Deliveries(PassKitSandbox sandbox, Func<SinkDelivery, bool> shown) =>
        [.. sandbox.Deliveries.All.Where(shown).Reverse().Take(Shown)];
}
