using System.Net;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Tests.Checkout;

public sealed class JsonTests
{
    private const string Pass = "/checkout/pass?session_id=cs_test_a1B2c3";
    private const string Shop = "https://shop.example.com";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_of_the_merchants_own_reads_the_pass_and_nothing_of_the_buyer()
    {
        await using var app = await IngressApp.StartAsync();

        Assert.Equal(
            """{"state":"ready","url":"https://pub1.pskt.io/3Xh2abcDEF","appleUrl":"https://pub1.pskt.io/3Xh2abcDEF.pkpass","googleUrl":"https://pub1.pskt.io/3Xh2abcDEF.gpay","settled":true}""",
            await app.Client.GetStringAsync(Pass, Cancel));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_may_be_asked_for_again()
    {
        await using var app = await IngressApp.StartAsync();
        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Making);

        Assert.Equal("""{"state":"making","url":null,"appleUrl":null,"googleUrl":null,"settled":false}""", await app.Client.GetStringAsync(Pass, Cancel));
    }

    [Theory]
    [InlineData(Shop, Shop)]
    [InlineData("https://shop.example.com:444", null)]
    [InlineData("https://evil.example.com", null)]
    [InlineData("null", null)]
    public async Task Only_the_origins_of_the_settings_may_read_it(string origin, string? allowed)
    {
        await using var app = await IngressApp.StartAsync($"--Checkout:AllowedOrigins:0={Shop}");

        using var answer = await app.GetAsync(Pass, null, ("Origin", origin));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var value) ? value.Single() : null);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Without_settings_no_other_origin_reads_anything_and_the_page_is_nobody_elses_ever()
    {
        await using var app = await IngressApp.StartAsync();
        using var pass = await app.GetAsync(Pass, null, ("Origin", Shop));
        Assert.False(pass.Headers.Contains("Access-Control-Allow-Origin"));

        await using var open = await IngressApp.StartAsync($"--Checkout:AllowedOrigins:0={Shop}");
        using var page = await open.GetAsync(Pass.Replace("/pass", "/complete", StringComparison.Ordinal), null, ("Origin", Shop));
        Assert.False(page.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
