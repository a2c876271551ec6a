using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Members;
using StripePassKitActors.Sandbox.PassKit.Programs;

namespace StripePassKitActors.Sandbox.PassKit.Mail;

/// <summary>PassKit's call that sends a member the link of their pass. Nothing leaves the sandbox: it is only written down, each time anew.</summary>
internal sealed class MailCalls(MemberStore members, ProgramStore programs, TimeProvider time)
{
    public List<SentMail> Sent { get; } = [];

    public Answer SendWelcome(PassKitCall call)
    {
        if (Checks.Required("EmailDistributionRequest", call.Body, "protocol") is { } invalid) return invalid;
        if (call.Body.Text("protocol") is not "MEMBERSHIP") return Answer.Invalid("The sandbox knows members and no other protocol.");
        if (!members.TryFind(call, MemberAddress.Email, out var member, out var refusal)) return refusal;

        var person = member["person"] as JsonObject ?? [];
        var to = call.Body.Text("alternativeEmail") is { Length: > 0 } other ? other : person.Text("emailAddress");
        if (Checks.Person(new JsonObject { ["emailAddress"] = to }) is { } noAddress) return noAddress;
        if (to.Length == 0) return Answer.Refuse(GrpcCode.FailedPrecondition, "the member has no email address");
        if (programs.Has(member.Text("programId"), "PROJECT_EMAIL_SUSPENDED")) return Answer.Refuse(GrpcCode.FailedPrecondition, "emails of this project are suspended");

        var name = person.Text("displayName") is { Length: > 0 } shown ? shown : $"{person.Text("forename")} {person.Text("surname")}".Trim();
        Sent.Add(new SentMail(time.GetUtcNow(), member.Text("id"), member.Text("externalId"), to, name));
        return Answer.Ok(new JsonObject());
    }
}
