using System.Collections.Concurrent;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Stripe;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>What every call goes through: credentials, the form, the idempotency key, the work, and only then the wire.</summary>
internal sealed class StripeGateway(StripeSandbox sandbox)
{
    private readonly ConcurrentDictionary<string, bool> underWay = new();
    private long count;

    public async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var requestId = StripeIds.Make("req", sandbox.Options.Seed, Interlocked.Increment(ref count));
        response.Headers["Request-Id"] = requestId;
        response.Headers["Stripe-Version"] = request.Headers["Stripe-Version"].FirstOrDefault() ?? StripeConfiguration.ApiVersion;
        var key = request.Method == "POST" ? request.Headers["Idempotency-Key"].FirstOrDefault() : null;
        if (key is not null) response.Headers["Idempotency-Key"] = key;
        var held = false;
        try
        {
            Admit(request);
            if (key is { Length: > 255 }) throw StripeFault.Invalid("Idempotency keys can have up to 255 characters.");
            held = key is null || underWay.TryAdd(key, true);
            if (!held) throw new StripeFault(409, "idempotency_error", "idempotency_key_in_use", null, $"Another call with this key is in progress: {key}");
            var text = await ReadAsync(request);
            var (status, body, again) = Work(request, text, requestId, key);
            if (again) response.Headers["Idempotent-Replayed"] = "true";
            await WriteAsync(response, status, body);
        }
        catch (StripeFault fault)
        {
            await WriteAsync(response, fault.Status, fault.ToJson());
        }
        finally
        {
            if (held && key is not null) underWay.TryRemove(key, out _);
        }
    }

    private (int Status, JsonObject Body, bool Again) Work(HttpRequest request, string text, string requestId, string? key)
    {
        var path = request.Path.Value!;
        var form = Form.Of(Pairs(request, text));
        var call = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Method} {path} {text}")));
        return sandbox.Run(() =>
        {
            if (key is not null && sandbox.Idempotency.Find(key, call) is { } known) return (known.Status, known.Body, true);
            try
            {
                var answer = sandbox.Handle(request.Method, path, form);
                if (answer.Text("object") == "list") answer["url"] = path;
                if (key is not null) sandbox.Idempotency.Keep(key, call, StatusCodes.Status200OK, answer);
                return (StatusCodes.Status200OK, answer, false);
            }
            catch (StripeFault fault) when (fault.Keeps && key is not null)
            {
                sandbox.Idempotency.Keep(key, call, fault.Status, fault.ToJson());
                throw;
            }
        }, requestId, key);
    }

    private void Admit(HttpRequest request)
    {
        var key = KeyOf(request.Headers.Authorization.FirstOrDefault());
        if (key is null)
            throw new StripeFault(401, "invalid_request_error", null, null, "You did not provide an API key. It belongs in the Authorization header, as Bearer.");
        var known = sandbox.Options.ApiKey is { } only
            ? key == only
            : key.StartsWith("sk_test_", StringComparison.Ordinal) || key.StartsWith("rk_test_", StringComparison.Ordinal);
        if (!known) throw new StripeFault(401, "invalid_request_error", null, null, $"Invalid API Key provided: {key[..Math.Min(key.Length, 8)]}***");
        if (request.Headers["Stripe-Account"].FirstOrDefault() is { Length: > 0 } other)
            throw new StripeFault(403, "invalid_request_error", "account_invalid", null, $"The key does not have access to account '{other}'.");
        if (key.StartsWith("rk_", StringComparison.Ordinal)) sandbox.Permissions.Require(request.Method, request.Path.Value!, key);
    }

    private static string? KeyOf(string? authorization)
    {
        if (authorization is null) return null;
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization[7..].Trim() is { Length: > 0 } key ? key : null;
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[6..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : null;
    }

    private static async Task<string> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
    }

    private static IEnumerable<(string, string?)> Pairs(HttpRequest request, string text)
    {
        foreach (var (name, value) in Parse(request.QueryString.Value)) yield return (name, value);
        foreach (var (name, value) in Parse(text)) yield return (name, value);

        static IEnumerable<(string, string?)> Parse(string? query) =>
            QueryHelpers.ParseQuery(query).SelectMany(pair => pair.Value.Select(value => (pair.Key, value)));
    }

    private static async Task WriteAsync(HttpResponse response, int status, JsonObject body)
    {
        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        await response.WriteAsync(body.ToJsonString(), response.HttpContext.RequestAborted);
    }
}
