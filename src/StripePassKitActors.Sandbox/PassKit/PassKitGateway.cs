using System.Globalization;
using System.Net.Mime;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>What every call goes through: faults, credentials, the body's form, the handler, the log, and only then the wire.</summary>
internal sealed class PassKitGateway(PassKitSandbox sandbox, IHostApplicationLifetime lifetime)
{
    private static readonly string[] AboutMembers = ["/members/member", "/distribution/email"];

    // Accounts are known everywhere, programs and members in their own region only.
    private static Answer Elsewhere => Answer.Refuse(GrpcCode.NotFound, "the object does not exist");

    private readonly PassKitCredentials credentials = new(sandbox.Options, sandbox.Time);

    /// <summary>Answers a call that PassKit knows.</summary>
    /// <param name="context">The call.</param>
    /// <param name="message">The message that its body holds; null: a body is not looked at.</param>
    /// <param name="handler">What does the work.</param>
    public Task AnswerAsync(HttpContext context, string? message, Func<PassKitCall, Answer> handler) =>
        AnswerAsync(context, elsewhere => WorkAsync(context, message, elsewhere ? _ => Elsewhere : handler));

    /// <summary>Answers a call whose path or verb is not known, before anybody asks who called.</summary>
    public Task RefuseAsync(HttpContext context, Answer answer) => AnswerAsync(context, _ => Task.FromResult((answer, (PassKitCall?)null)));

    private async Task AnswerAsync(HttpContext context, Func<bool, Task<(Answer Answer, PassKitCall? Call)>> work)
    {
        var (verb, path) = (context.Request.Method, context.Request.Path.ToUriComponent());
        var (slow, other) = sandbox.Faults.Take(verb, path);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);

        // The delay runs before the log tells of the call, so that who waits for the call may then move the clock.
        var delay = slow is null ? Task.CompletedTask : Task.Delay(slow.Delay, sandbox.Time, leave.Token);
        var number = sandbox.Calls.Arrived(sandbox.Time.GetUtcNow(), verb, path);
        try
        {
            var spoilt = other?.Kind is FaultKind.Hang or FaultKind.CutBefore;
            var (answer, call) = spoilt ? (null, null) : other?.Kind is FaultKind.Fail ? (Answer.Fault(other.Status), null) : await work(other?.Kind is FaultKind.WrongRegion);
            sandbox.Calls.Update(number, entry => entry with { MemberId = call?.MemberId, ExternalId = call?.ExternalId });

            await delay;
            if (other?.Kind is FaultKind.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, sandbox.Time, leave.Token);
            if (answer is null || other?.Kind is FaultKind.CutAfter)
            {
                context.Abort();
                return;
            }

            sandbox.Calls.Update(number, entry => entry with { Status = answer.Status });
            await WriteAsync(context.Response, answer, other?.RetryAfter);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task<(Answer Answer, PassKitCall? Call)> WorkAsync(HttpContext context, string? message, Func<PassKitCall, Answer> handler)
    {
        if (await credentials.RefuseAsync(context.Request.Headers.Authorization) is { } unauthorized) return (unauthorized, null);

        var body = new JsonObject();
        if (message is not null)
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
            if (!ProtoJson.TryRead(message, bytes.ToArray(), out body, out var error)) return (Answer.Invalid(error), null);
        }

        var call = new PassKitCall(context.Request.RouteValues, body);
        var answer = sandbox.Handle(handler, call);
        return (answer, AboutMembers.Any(about => context.Request.Path.StartsWithSegments(about, StringComparison.Ordinal)) ? call : null);
    }

    private static async Task WriteAsync(HttpResponse response, Answer answer, int? retryAfter)
    {
        response.StatusCode = answer.Status;
        if (retryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = answer.Page is null ? MediaTypeNames.Application.Json : MediaTypeNames.Text.Html;
        await response.WriteAsync(answer.Page ?? answer.Lines ?? answer.Body!.ToJsonString(), response.HttpContext.RequestAborted);
    }
}
