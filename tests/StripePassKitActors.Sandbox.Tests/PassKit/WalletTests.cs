using System.Net;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class WalletTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pass_is_shown_where_its_link_leads_and_has_no_barcode_once_it_expired()
    {
        await using var caller = await Caller.StartAsync();
        using var http = new HttpClient { BaseAddress = caller.Address };
        var id = await caller.EnrolAsync(more: $"\"expiryDate\": \"{caller.Moment(1)}\"");

        var valid = await http.GetStringAsync($"/{id}", Cancel);
        caller.Time.Advance(TimeSpan.FromDays(2));
        var expired = await http.GetStringAsync($"/{id}", Cancel);

        Assert.Contains("<svg", valid, StringComparison.Ordinal);
        Assert.DoesNotContain("Expired", valid, StringComparison.Ordinal);
        Assert.Contains("Expired", expired, StringComparison.Ordinal);
        using var unknown = await http.GetAsync("/0000000000000000000000", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("text/html", unknown.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Pages_hear_of_every_change()
    {
        await using var caller = await Caller.StartAsync();
        using var http = new HttpClient { BaseAddress = caller.Address };
        await using var changes = await http.GetStreamAsync("/pages/changes", Cancel);
        using var reader = new StreamReader(changes);

        Assert.Equal("data: changed", await reader.ReadLineAsync(Cancel));
        await caller.EnrolAsync();
        Assert.Equal("", await reader.ReadLineAsync(Cancel));
        Assert.Equal("data: changed", await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task What_a_name_holds_is_text_and_never_markup()
    {
        await using var caller = await Caller.StartAsync();
        using var http = new HttpClient { BaseAddress = caller.Address };

        await caller.EnrolAsync(more: "\"person\": { \"displayName\": \"<script>alert(1)</script>\" }");

        Assert.DoesNotContain("<script>alert", await http.GetStringAsync("/", Cancel), StringComparison.Ordinal);
    }
}
