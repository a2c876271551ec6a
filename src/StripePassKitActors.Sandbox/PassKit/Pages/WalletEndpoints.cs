using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;

namespace StripePassKitActors.Sandbox.PassKit.Pages;

/// <summary>The holders' side: all passes, and each where its link leads.</summary>
internal static class WalletEndpoints
{
    private const int CallsShown = 50;

    public static void MapWallet(this WebApplication app, PassKitSandbox sandbox)
    {
        app.MapPageFiles(sandbox.Calls.NextChange);
        app.MapGet("/", () => new RazorComponentResult<Wallet>(new
        {
            Members = sandbox.Members.Reverse().ToList(),
            Calls = Calls(sandbox, _ => true),
            Program = sandbox.Options.ProgramId,
        }));
        app.MapGet("/{memberId:length(22)}", IResult (string memberId) => sandbox.Members.FirstOrDefault(member => member.Id == memberId) is { } member
            ? new RazorComponentResult<Pass>(new { Member = member, Calls = Calls(sandbox, call => call.MemberId == memberId), Program = sandbox.Options.ProgramId })
            : new RazorComponentResult<NoPass> { StatusCode = StatusCodes.Status404NotFound });
        app.MapPost("/{memberId:length(22)}/install", (string memberId) => Mark(sandbox, memberId, installed: true));
        app.MapPost("/{memberId:length(22)}/uninstall", (string memberId) => Mark(sandbox, memberId, installed: false));
    }

    private static Results<RedirectHttpResult, NotFound> Mark(PassKitSandbox sandbox, string memberId, bool installed) =>
        sandbox.MarkInstalled(memberId, installed) ? TypedResults.LocalRedirect($"/{memberId}") : TypedResults.NotFound();

    private static List<Call> Calls(PassKitSandbox sandbox, Func<Call, bool> shown) => [.. sandbox.Calls.All.Where(shown).Reverse().Take(CallsShown)];
}
