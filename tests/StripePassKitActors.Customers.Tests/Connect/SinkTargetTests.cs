using StripePassKitActors.Customers.Connect;

namespace StripePassKitActors.Customers.Tests.Connect;

/// <summary>Where PassKit's webhooks are made to lead.</summary>
public sealed class SinkTargetTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private const string Other = "fedcba9876543210fedcba9876543210";

    [Theory]
    [InlineData("https://club.example", Token, "https://club.example/webhooks/passkit/" + Token)]
    [InlineData("https://club.example/", Token, "https://club.example/webhooks/passkit/" + Token)]
    [InlineData("https://club.example:8443/webhooks/passkit", Token, "https://club.example:8443/webhooks/passkit/" + Token)]
    [InlineData("https://club.example/webhooks/passkit/", Token, "https://club.example/webhooks/passkit/" + Token)]
    [InlineData("https://club.example/passes", Token, "https://club.example/passes/webhooks/passkit/" + Token)]
    [InlineData("https://club.example/webhooks/passkit/" + Token, null, "https://club.example/webhooks/passkit/" + Token)]
    [InlineData("https://club.example/webhooks/passkit/" + Token, Token, "https://club.example/webhooks/passkit/" + Token)]
    public void Address(string url, string? token, string target) => Assert.Equal(new Uri(target), SinkTarget.Of(new Uri(url), token, []).Target);

    [Theory]
    [InlineData("https://club.example", null, true, "it has no token yet")]
    [InlineData("https://club.example/webhooks/passkit/short", null, true, "its token must have at least 32 letters")]
    [InlineData("https://club.example", "with/slash-0123456789abcdef0123456789", true, "its token must have")]
    [InlineData("https://club.example/webhooks/passkit/" + Other, Token, false, "the token in --url is not PassKit:WebhookToken.")]
    public void No_address(string url, string? token, bool lacksToken, string text)
    {
        var (target, wrong, lacks) = SinkTarget.Of(new Uri(url), token, []);

        Assert.Null(target);
        Assert.StartsWith(text, wrong!.Text, StringComparison.Ordinal);
        Assert.Equal(lacksToken, lacks);
        Assert.DoesNotContain(Other, wrong.Text + wrong.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://club.example/webhooks/passkit/" + Token, "https://club.example/webhooks/passkit/" + Other)]
    [InlineData(null)]
    [InlineData(null, "https://a.example/webhooks/passkit/x", "https://b.example/webhooks/passkit/x")]
    public void Without_an_address_it_is_where_they_lead_already_if_that_is_one_place(string? target, params string[] known)
    {
        PassKitSink[] sinks = [.. known.Select(url => new PassKitSink { Id = "1", Target = new Uri(url) })];

        Assert.Equal(target, SinkTarget.Of(null, Token, sinks).Target?.AbsoluteUri);
    }
}
