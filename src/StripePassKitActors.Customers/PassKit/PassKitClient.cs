using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>PassKit's membership API, as far as it is used. Every call but the email can be repeated: none adds, each sets.</summary>
internal sealed class PassKitClient(
    IPassKitTransport transport, PassKitCredentials credentials, PassKitPipeline pipeline, IOptions<PassKitOptions> options, CustomersMetrics metrics)
{
    private const int LongestQuote = 300;

    private readonly string programId = options.Value.ProgramId;

    /// <summary>Makes a member and returns its id.</summary>
    /// <exception cref="PassKitException"><see cref="PassKitFault.Taken"/>: the external id has a member, or had one.</exception>
    public async Task<string> EnrolAsync(string externalId, PassContent content, CancellationToken cancellationToken)
    {
        var member = new MemberJson
        {
            ExternalId = externalId,
            ProgramId = programId,
            TierId = content.Tier,
            Person = ToJson(content.Person),
            MetaData = content.Metadata.Where(pair => pair.Value.Length > 0).ToDictionary(),
            ExpiryDate = content.Expiry,
            Points = Of(content.Points, PointsField.Points),
            TierPoints = (uint?)Of(content.Points, PointsField.TierPoints),
        };
        var body = await SendAsync(HttpMethod.Post, "/members/member", member, PassKitJson.Default.MemberJson, cancellationToken);
        return Read(body, PassKitJson.Default.IdJson).Id is { Length: > 0 } id
            ? id
            : throw new PassKitException(PassKitFault.Transient, "PassKit enrolled a member and did not say its id.");
    }

    /// <summary>The member with that external id; null: there is none.</summary>
    public async Task<MemberJson?> FindAsync(string externalId, CancellationToken cancellationToken)
    {
        // Asked twice: one wrong answer would make a second valid pass, or leave one behind of which nobody knows.
        var path = $"/members/member/externalId/{Uri.EscapeDataString(programId)}/{Uri.EscapeDataString(externalId)}";
        return await GetAsync(path, cancellationToken) ?? await GetAsync(path, cancellationToken);
    }

    /// <summary>The member with that id; null: there is none.</summary>
    public Task<MemberJson?> GetByIdAsync(string memberId, CancellationToken cancellationToken) =>
        GetAsync($"/members/member/id/{Uri.EscapeDataString(memberId)}", cancellationToken);

    /// <summary>Whether the program is there. In the wrong region every object answers 404, the credentials being right.</summary>
    public async Task<bool> HasProgramAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Get, $"/members/program/{Uri.EscapeDataString(programId)}", ReadOnlyMemory<byte>.Empty, cancellationToken);
            return true;
        }
        catch (PassKitException notFound) when (notFound.Fault == PassKitFault.NotFound)
        {
            return false;
        }
    }

    /// <summary>PassKit's word for when passes of a tier expire; null: it has none.</summary>
    public async Task<string?> ExpiryTypeAsync(string tierId, CancellationToken cancellationToken)
    {
        var path = $"/members/tier/{Uri.EscapeDataString(programId)}/{Uri.EscapeDataString(tierId)}";
        return Read(await SendAsync(HttpMethod.Get, path, ReadOnlyMemory<byte>.Empty, cancellationToken), PassKitJson.Default.TierJson).ExpirySettings?.ExpiryType;
    }

    /// <summary>Updates what is not null; the metadata, if given, as a whole. No points cannot be told this way: PassKit passes over a zero.</summary>
    public Task UpdateAsync(
        string memberId, Person? person, IReadOnlyDictionary<string, string>? metadata, DateTimeOffset? expiry, PassPoints? points, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            "/members/member",
            new MemberJson
            {
                Id = memberId,
                ProgramId = programId,
                Person = person is null ? null : ToJson(person),
                MetaData = metadata,
                ExpiryDate = expiry,
                Points = Of(points, PointsField.Points),
                TierPoints = (uint?)Of(points, PointsField.TierPoints),
            },
            PassKitJson.Default.MemberJson,
            cancellationToken);

    /// <summary>Sets a balance of points, none included.</summary>
    public Task SetPointsAsync(string memberId, PassPoints points, CancellationToken cancellationToken)
    {
        var (ofPoints, ofTier) = (Of(points, PointsField.Points), Of(points, PointsField.TierPoints));
        var request = new SetPointsJson(memberId, ofPoints, (uint?)ofTier, ofPoints == 0 ? true : null, ofTier == 0 ? true : null);
        return SendAsync(HttpMethod.Put, "/members/member/points/set", request, PassKitJson.Default.SetPointsJson, cancellationToken);
    }

    /// <summary>Moves a member to another tier; the pass shows the tier's change message.</summary>
    public Task ChangeTierAsync(string memberId, string tierId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "/members/member/tier", new MemberTierJson(memberId, tierId), PassKitJson.Default.MemberTierJson, cancellationToken);

    /// <summary>Lets a pass lapse, or revives it.</summary>
    public Task SetExpiryAsync(string memberId, DateTimeOffset expiry, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "/members/member/updateExpiry", new MemberExpiryJson(memberId, expiry), PassKitJson.Default.MemberExpiryJson, cancellationToken);

    /// <summary>Deletes a member for good; false: there is none.</summary>
    public async Task<bool> DeleteAsync(string memberId, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, "/members/member", new IdJson(memberId), PassKitJson.Default.IdJson, cancellationToken);
            return true;
        }
        catch (PassKitException notFound) when (notFound.Fault == PassKitFault.NotFound)
        {
            return false;
        }
    }

    /// <summary>Has PassKit mail the pass to the member's address. The one call that cannot be repeated: it is tried once.</summary>
    public async Task EmailAsync(string memberId, CancellationToken cancellationToken)
    {
        try
        {
            await AttemptAsync(HttpMethod.Post, "/distribution/email", JsonSerializer.SerializeToUtf8Bytes(new EmailJson(memberId, "MEMBERSHIP"), PassKitJson.Default.EmailJson), cancellationToken);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw new PassKitException(PassKitFault.Transient, "PassKit did not answer within the turn's budget.", inner: cancelled);
        }
    }

    private async Task<MemberJson?> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await SendAsync(HttpMethod.Get, path, ReadOnlyMemory<byte>.Empty, cancellationToken), PassKitJson.Default.MemberJson);
        }
        catch (PassKitException notFound) when (notFound.Fault == PassKitFault.NotFound)
        {
            return null;
        }
    }

    private Task<ReadOnlyMemory<byte>> SendAsync<T>(HttpMethod method, string path, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(method, path, JsonSerializer.SerializeToUtf8Bytes(message, type), cancellationToken);

    private async Task<ReadOnlyMemory<byte>> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(token => AttemptAsync(method, path, body, token), cancellationToken);
        }
        catch (BrokenCircuitException broken)
        {
            throw new PassKitException(PassKitFault.Transient, "PassKit failed several times in a row; it is left alone for a while.", retryAfter: broken.RetryAfter, inner: broken);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw new PassKitException(PassKitFault.Transient, "PassKit did not answer within the turn's budget.", inner: cancelled);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> AttemptAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var skew = credentials.Skew;
        var response = await OnceAsync(method, path, body, skew, cancellationToken);
        if (response.Status == HttpStatusCode.Unauthorized && response.Date is { } passKitNow && SpeaksOfTheClock(response)
            && credentials.CorrectClock(passKitNow, skew))
        {
            response = await OnceAsync(method, path, body, credentials.Skew, cancellationToken);
        }

        return (int)response.Status is >= 200 and < 300 ? response.Body : throw Failure(method, response);
    }

    private async Task<PassKitResponse> OnceAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, TimeSpan skew, CancellationToken cancellationToken)
    {
        PassKitResponse response;
        try
        {
            response = await transport.SendAsync(method, path, body, credentials.Authorization(skew), cancellationToken);
        }
        catch (Exception failure) when (failure is Dapr.DaprException or HttpRequestException or IOException or OperationCanceledException)
        {
            // gRPC tells the sidecar's own deadline as a cancellation; only ours ends the attempt.
            metrics.PassKitCalled(method, status: null);
            cancellationToken.ThrowIfCancellationRequested();
            throw new PassKitException(PassKitFault.Transient, "PassKit could not be reached through the sidecar.", inner: failure);
        }

        metrics.PassKitCalled(method, response.Status);
        return response;
    }

    private static bool SpeaksOfTheClock(PassKitResponse response)
    {
        var text = Quote(response);
        return text.Contains("used before issued", StringComparison.OrdinalIgnoreCase)
            || text.Contains("issued too long ago", StringComparison.OrdinalIgnoreCase)
            || text.Contains("expired", StringComparison.OrdinalIgnoreCase);
    }

    private static PassKitException Failure(HttpMethod method, PassKitResponse response)
    {
        var fault = response.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotImplemented => PassKitFault.SetUp,
            HttpStatusCode.NotFound => PassKitFault.NotFound,
            HttpStatusCode.Conflict when method == HttpMethod.Post => PassKitFault.Taken,
            HttpStatusCode.Conflict => PassKitFault.Transient, // gRPC's "aborted": somebody else was writing to the member
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => PassKitFault.Transient,
            var status when (int)status is >= 400 and < 500 and not 499 => PassKitFault.Refused,
            _ => PassKitFault.Transient,
        };
        return new PassKitException(fault, $"PassKit answered {(int)response.Status}", Quote(response), response.RetryAfter)
        {
            NothingDone = fault == PassKitFault.SetUp || response.Status == HttpStatusCode.TooManyRequests,
        };
    }

    private static string Quote(PassKitResponse response)
    {
        var text = System.Text.Encoding.UTF8.GetString(response.Body.Span);
        return text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException();
        }
        catch (JsonException malformed)
        {
            throw new PassKitException(PassKitFault.Transient, "PassKit's answer is not the JSON that it promises.", inner: malformed);
        }
    }

    private static double? Of(PassPoints? points, PointsField field) => points?.Field == field ? points.Amount : null;

    private static PersonJson ToJson(Person person) => new(person.Name, person.Email, person.Phone);
}
