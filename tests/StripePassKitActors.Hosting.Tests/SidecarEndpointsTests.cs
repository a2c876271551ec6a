using Microsoft.Extensions.Configuration;

namespace StripePassKitActors.Hosting.Tests;

public sealed class SidecarEndpointsTests
{
    [Theory]
    [InlineData(null, null, "http://127.0.0.1:3500/")]
    [InlineData("3501", null, "http://127.0.0.1:3501/")]
    [InlineData("3501", "https://dapr.example:443", "https://dapr.example/")]
    public void The_HTTP_address_comes_from_configuration(string? port, string? endpoint, string address) =>
        Assert.Equal(address, From(("DAPR_HTTP_PORT", port), ("DAPR_HTTP_ENDPOINT", endpoint)).Http.AbsoluteUri);

    [Fact]
    public void The_gRPC_address_comes_from_configuration() =>
        Assert.Equal("http://127.0.0.1:50002/", From(("DAPR_GRPC_PORT", "50002")).Grpc.AbsoluteUri);

    [Theory]
    [InlineData("DAPR_HTTP_PORT", "none")]
    [InlineData("DAPR_HTTP_PORT", "0")]
    [InlineData("DAPR_HTTP_PORT", "65536")]
    [InlineData("DAPR_GRPC_PORT", "-1")]
    [InlineData("DAPR_GRPC_ENDPOINT", "dapr:50001")]
    public void What_is_no_address_is_refused_by_name(string key, string value) =>
        Assert.StartsWith(key, Assert.Throws<StartUpException>(() => From((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_API_token_is_never_printed() =>
        Assert.DoesNotContain("secret", From(("DAPR_API_TOKEN", "secret")).ToString(), StringComparison.Ordinal);

    private static SidecarEndpoints From(params (string Key, string? Value)[] settings) => SidecarEndpoints.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, one.Value))).Build());
}
