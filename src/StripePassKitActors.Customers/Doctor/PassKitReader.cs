using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Asks PassKit what is set up there. It changes nothing.</summary>
internal sealed class PassKitReader(PassKitAccount account, PassKitCredentials credentials, PassKitOptions options, Uri region)
{
    /// <summary>Asks no further than it makes sense.</summary>
    public async Task<PassKitReading> ReadAsync(IEnumerable<string> tierIds, CancellationToken cancellationToken)
    {
        var read = new PassKitReading { Region = region, ProgramId = options.ProgramId, Profile = await GetAsync("/user/profile", cancellationToken) };
        if (read.Profile.Status == HttpStatusCode.Unauthorized) return read with { OtherForm = await OtherFormAsync(cancellationToken) };
        if (!read.IsAdmitted) return read;

        var program = Uri.EscapeDataString(options.ProgramId);
        read = read with { Program = await GetAsync($"/members/program/{program}", cancellationToken) };
        if (!read.Program.Succeeded) return read;

        var tiers = new Dictionary<string, PassKitAnswer>(StringComparer.Ordinal);
        foreach (var id in tierIds) tiers[id] = await GetAsync($"/members/tier/{program}/{Uri.EscapeDataString(id)}", cancellationToken);
        return read with { Tiers = tiers, Sinks = await SinksAsync(cancellationToken) };
    }

    /// <summary>Who is told of this program's events.</summary>
    public Task<PassKitAnswer> SinksAsync(CancellationToken cancellationToken) => account.AskAsync(
        HttpMethod.Post,
        "/integrations/sinks/list",
        new JsonObject { ["classId"] = options.ProgramId, ["protocol"] = PassKitSink.Protocol, ["filters"] = new JsonObject { ["limit"] = 100 } },
        cancellationToken);

    private Task<PassKitAnswer> GetAsync(string path, CancellationToken cancellationToken) => account.AskAsync(HttpMethod.Get, path, null, cancellationToken);

    // Of a signed token both forms are reported to be the right one.
    private async Task<PassKitAnswer?> OtherFormAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(options.Token)) return null;
        var ours = credentials.Authorization(credentials.Skew);
        return await account.AskAsAsync(ours.Contains(' ', StringComparison.Ordinal) ? ours.Split(' ')[1] : $"Bearer {ours}", "/user/profile", cancellationToken);
    }
}
