namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class CredentialsTests
{
    private const string Probe = "/user/profile";

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    public async Task A_fresh_token_is_taken_bare_and_as_bearer(string scheme)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(200, (await passKit.CallAsAsync(scheme + passKit.Fresh(), "GET", Probe)).Status);
    }

    [Fact]
    public async Task No_token_is_refused()
    {
        await using var passKit = await Caller.StartAsync();

        await RefusesAsync(passKit, null, "no jwt token provided");
    }

    [Theory]
    [InlineData(1, 45, "Token used before issued")]
    [InlineData(-60, 45, "jwt was issued too long ago")]
    [InlineData(-3600, 45, "jwt was issued too long ago")]
    [InlineData(-30, -1, "Token is expired")]
    [InlineData(-30, 0, "Token is expired")]
    public async Task A_token_out_of_its_time_is_refused(int issued, int expires, string why)
    {
        await using var passKit = await Caller.StartAsync();

        await RefusesAsync(passKit, Sign(passKit, issued, expires), why);
    }

    [Theory]
    [InlineData(0, 45)]
    [InlineData(-59, 1)]
    [InlineData(-10, 3600)]
    public async Task A_token_within_its_time_is_taken(int issued, int expires)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(200, (await passKit.CallAsAsync(Sign(passKit, issued, expires), "GET", Probe)).Status);
    }

    [Fact]
    public async Task A_token_grows_old_by_the_clock_of_the_sandbox()
    {
        await using var passKit = await Caller.StartAsync();
        var token = Sign(passKit, 0, 3600);
        Assert.Equal(200, (await passKit.CallAsAsync(token, "GET", Probe)).Status);

        passKit.Time.Advance(TimeSpan.FromSeconds(60));

        await RefusesAsync(passKit, token, "jwt was issued too long ago");
    }

    [Fact]
    public async Task A_wrong_signature_uid_algorithm_or_form_is_refused()
    {
        await using var passKit = await Caller.StartAsync();
        var (iat, exp) = (passKit.Seconds(-10), passKit.Seconds(45));
        var claims = new { uid = Caller.Options.ApiKey, iat, exp };

        await RefusesAsync(passKit, Jwt.Sign("another_secret_of_32_bytes_or_more", claims), "signature is invalid");
        await RefusesAsync(passKit, Jwt.Sign(Caller.Options.ApiSecret, claims, "HS512"), "signature is invalid");
        await RefusesAsync(passKit, "PKAuth " + passKit.Fresh(), "signature is invalid");
        await RefusesAsync(passKit, "nonsense", "signature is invalid");
        await RefusesAsync(passKit, Jwt.Sign(Caller.Options.ApiSecret, new { uid = "somebody", iat, exp }), "unknown uid");
        await RefusesAsync(passKit, Jwt.Sign(Caller.Options.ApiSecret, new { iat, exp }), "unknown uid");
        await RefusesAsync(passKit, Jwt.Sign(Caller.Options.ApiSecret, new { uid = Caller.Options.ApiKey, exp }), "jwt has no iat");
        await RefusesAsync(passKit, Jwt.Sign(Caller.Options.ApiSecret, new { uid = Caller.Options.ApiKey, iat }), "jwt has no exp");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("c2VjcmV0LXRoYXQtbG9va3MtbGlrZS1iYXNlNjQtYnV0LWlzLW5vdA==")]
    public async Task The_secret_is_the_key_as_it_is_written(string secret)
    {
        await using var passKit = await Caller.StartAsync(Caller.Options with { ApiSecret = secret });
        var token = Jwt.Sign(secret, new { uid = Caller.Options.ApiKey, iat = passKit.Seconds(0), exp = passKit.Seconds(45) });

        Assert.Equal(200, (await passKit.CallAsAsync(token, "GET", Probe)).Status);
    }

    [Fact]
    public async Task A_long_lived_token_is_taken_only_as_bearer()
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(200, (await passKit.CallAsAsync("Bearer long-lived", "GET", Probe)).Status);
        await RefusesAsync(passKit, "long-lived", "signature is invalid");
    }

    [Fact]
    public async Task Without_a_long_lived_token_an_empty_one_opens_nothing()
    {
        await using var passKit = await Caller.StartAsync(Caller.Options with { Token = null });

        Assert.Equal(401, (await passKit.CallAsAsync("Bearer ", "GET", Probe)).Status);
        Assert.Equal(401, (await passKit.CallAsAsync("Bearer long-lived", "GET", Probe)).Status);
    }

    [Theory]
    [InlineData("/user/profile")]
    [InlineData("/nowhere")]
    [InlineData("/healthz")]
    [InlineData("/sandbox/calls")]
    public async Task Every_answer_tells_the_time_of_the_sandbox(string path)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(passKit.Now, (await passKit.CallAsAsync(null, "GET", path)).Date);
    }

    private static string Sign(Caller passKit, int issued, int expires) =>
        Jwt.Sign(Caller.Options.ApiSecret, new { uid = Caller.Options.ApiKey, iat = passKit.Seconds(issued), exp = passKit.Seconds(expires) });

    private static async Task RefusesAsync(Caller passKit, string? authorization, string why)
    {
        var reply = await passKit.CallAsAsync(authorization, "GET", Probe);

        Assert.Equal(401, reply.Status);
        Assert.Equal($$"""{"error":"{{why}}"}""", reply.Text);
    }
}
