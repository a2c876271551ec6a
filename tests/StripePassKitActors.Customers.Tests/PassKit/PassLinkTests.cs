using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class PassLinkTests
{
    [Theory]
    [InlineData("https://api.pub1.passkit.io", "https://pub1.pskt.io/member")]
    [InlineData("https://api.pub2.passkit.io/", "https://pub2.pskt.io/member")]
    [InlineData("http://localhost:8083/rest", "http://localhost:8083/member")] // a sandbox serves its passes itself
    [InlineData("https://passkit.io", "https://passkit.io/member")]
    [InlineData("", null)]
    [InlineData("pub1", null)]
    [InlineData(null, null)]
    public void A_holders_link_follows_from_the_region(string? restUrl, string? link) => Assert.Equal(link, new PassLink(restUrl).Of("member"));

    [Fact]
    public void Who_has_no_member_has_no_link() => Assert.Null(new PassLink("https://api.pub1.passkit.io").Of(null));
}
