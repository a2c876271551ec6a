using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>PassKit's paths, as far as a membership sync goes.</summary>
internal static class PassKitEndpoints
{
    public static void MapPassKit(this IEndpointRouteBuilder app, PassKitSandbox sandbox, PassKitGateway gateway)
    {
        var (members, programs, sinks) = (sandbox.MemberCalls, sandbox.Programs, sandbox.Sinks);
        Route[] routes =
        [
            new("POST", "/members/member", "Member", members.Enrol),
            new("PUT", "/members/member", "Member", members.Update),
            new("DELETE", "/members/member", "Member", members.Delete),
            new("GET", "/members/member/id/{memberId}", null, members.ById),
            new("GET", "/members/member/externalId/{programId}/{externalId}", null, members.ByExternalId),
            new("PUT", "/members/member/tier", "ChangeTierRequest", members.ChangeTier),
            new("PUT", "/members/member/updateExpiry", "MemberExpiry", members.UpdateExpiry),
            new("PATCH", "/members/member/person", "PersonRequest", members.PatchPerson),
            new("PUT", "/members/member/points/set", "SetPointsRequest", members.SetPoints),
            new("POST", "/members/program", "Program", programs.CreateProgram),
            new("PUT", "/members/program", "Program", programs.UpdateProgram),
            new("GET", "/members/program/{programId}", null, programs.Program),
            new("POST", "/members/tier", "Tier", programs.CreateTier),
            new("PUT", "/members/tier", "Tier", programs.UpdateTier),
            new("GET", "/members/tier/{programId}/{tierId}", null, programs.Tier),
            new("POST", "/integrations/sink", "SinkSubscription", sinks.Create),
            new("PUT", "/integrations/sink", "SinkSubscription", sinks.Update),
            new("GET", "/integrations/sink/{protocol}/{subscriptionId}", null, sinks.Read),
            new("DELETE", "/integrations/sink/{protocol}/{subscriptionId}", null, sinks.Delete),
            new("POST", "/integrations/sinks/list", "ListRequest", sinks.List),
            new("POST", "/distribution/email", "EmailDistributionRequest", sandbox.MailCalls.SendWelcome),
            new("GET", "/user/profile", null, _ => Answer.Ok(new JsonObject
            {
                ["username"] = "sandbox",
                ["regionId"] = "sandbox",
                ["permissions"] = new JsonArray("ALL_PROJECTS", "MEMBERS_ACCESS"),
            })),
        ];

        foreach (var route in routes)
        {
            app.MapMethods(route.Path, [route.Verb], context => IsWritten(route.Path, context.Request.Path)
                ? gateway.AnswerAsync(context, route.Message, route.Handler)
                : gateway.RefuseAsync(context, Answer.UnknownPath));
        }

        foreach (var path in routes.Select(route => route.Path).Distinct())
        {
            app.Map(path, context =>
                gateway.RefuseAsync(context, IsWritten(path, context.Request.Path) ? Answer.WrongVerb : Answer.UnknownPath));
        }

        app.MapFallback("{**path}", context => gateway.RefuseAsync(context, Answer.UnknownPath));
    }

    // PassKit tells capitals from small letters and minds a slash at the end; routing here does neither.
    private static bool IsWritten(string route, string? path)
    {
        var (wanted, given) = (route.Split('/'), (path ?? "").Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(part => part.First.StartsWith('{') || part.First == part.Second);
    }

    private sealed record Route(string Verb, string Path, string? Message, Func<PassKitCall, Answer> Handler);
}
