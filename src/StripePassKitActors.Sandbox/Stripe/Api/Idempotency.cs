using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>The answers to calls with an <c>Idempotency-Key</c>, kept for a day: the same call is answered, not done again.</summary>
internal sealed class Idempotency(Account account)
{
    /// <summary>The answer of before, if there is one.</summary>
    /// <exception cref="StripeFault">The key was used for another call.</exception>
    public (int Status, JsonObject Body)? Find(string key, string call)
    {
        if (account.Store.Find(Id(key)) is not { } known || known.Moment("created").AddDays(1) <= account.Now) return null;
        if (known.Text("call") != call)
            throw new StripeFault(400, "idempotency_error", null, null, $"The key '{key}' was used for a call with other parameters.");
        return ((int)known.Number("status"), known["body"]!.DeepClone().AsObject());
    }

    public void Keep(string key, string call, int status, JsonObject body)
    {
        account.Store.Remove(Id(key));
        account.Store.Add(new JsonObject
        {
            ["id"] = Id(key),
            ["object"] = "_idempotency",
            ["created"] = account.Seconds,
            ["call"] = call,
            ["status"] = (long)status,
            ["body"] = body.DeepClone(),
        });
    }

    private static string Id(string key) => $"_idempotency {key}";
}
