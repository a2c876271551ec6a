using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Tests.Send;

public sealed class SendTests : IDisposable
{
    private const string Charge = """{ "id": "ch_1", "object": "charge", "status": "succeeded", "created": 1795478400, "customer": "cus_ada", "livemode": false }""";

    private readonly Sending sending = new();

    [Fact]
    public async Task An_event_is_posted_as_it_is_with_a_signature_that_Stripes_library_takes()
    {
        const string text = """{ "id": "evt_1", "object": "event", "type": "ping",   "created": 1795478400, "data": { "object": null } }""";
        await using var webhook = await Webhook.StartAsync();

        var (code, output, _) = await Sending.RunAsync(sending.File("ping.json", text), "--to", webhook.Url);

        Assert.Equal((0, "200 evt_1 ping ping.json\n"), (code, output));
        Assert.Equal(text, Assert.Single(webhook.Bodies));
        Assert.Equal("evt_1", Assert.Single(webhook.Taken).Id);
    }

    [Fact]
    public async Task A_bare_object_is_wrapped_in_the_event_that_would_announce_it()
    {
        await using var webhook = await Webhook.StartAsync();

        var (code, output, _) = await Sending.RunAsync(sending.File("charge.json", Charge), "--to", webhook.Url);

        var wrapped = Assert.Single(webhook.Taken);
        Assert.Equal((0, $"200 {wrapped.Id} charge.succeeded charge.json\n"), (code, output));
        Assert.Equal(("charge.succeeded", DateTimeOffset.FromUnixTimeSeconds(1795478400).UtcDateTime, false), (wrapped.Type, wrapped.Created, wrapped.Livemode));
        Assert.Equal(global::Stripe.StripeConfiguration.ApiVersion, wrapped.ApiVersion);
        Assert.Equal("cus_ada", Assert.IsType<global::Stripe.Charge>(wrapped.Data.Object).CustomerId);
    }

    [Fact]
    public async Task The_same_content_is_the_same_event_and_other_content_another()
    {
        await using var webhook = await Webhook.StartAsync();

        await Sending.RunAsync(
            sending.File("1.json", Charge), sending.File("2.json", Charge.Replace(", ", ",\n  ", StringComparison.Ordinal)),
            sending.File("3.json", Charge.Replace("ch_1", "ch_2", StringComparison.Ordinal)), "--to", webhook.Url);

        var ids = webhook.Taken.Select(taken => taken.Id).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.All(ids, id => Assert.Matches("^evt_[0-9a-f]{24}$", id));
    }

    [Fact]
    public async Task The_last_event_can_be_made_to_happen_now_and_all_other_times_move_with_it()
    {
        const string first = """{ "id": "evt_1", "object": "event", "type": "ping", "created": 1795478400, "data": { "object": { "amount": 1000, "ends": [1798070400] } } }""";
        const string last = """{ "id": "evt_2", "object": "event", "type": "ping", "created": 1795478460, "data": { "object": null } }""";
        await using var webhook = await Webhook.StartAsync();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        await Sending.RunAsync(sending.File("1.json", first), sending.File("2.json", last), "--to", webhook.Url, "--now");

        var (one, two) = (JsonNode.Parse(webhook.Bodies.First())!, JsonNode.Parse(webhook.Bodies.Last())!);
        Assert.InRange((long)two["created"]!, before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(60, (long)two["created"]! - (long)one["created"]!);
        Assert.Equal(1798070400 - 1795478400, (long)one["data"]!["object"]!["ends"]![0]! - (long)one["created"]!);
        Assert.Equal(1000, (long)one["data"]!["object"]!["amount"]!);
    }

    [Theory]
    [InlineData("2026-12-01T10:00:00Z")]
    [InlineData("1796119200")]
    public async Task Type_and_time_of_the_wrapper_can_be_said(string created)
    {
        await using var webhook = await Webhook.StartAsync();

        await Sending.RunAsync(sending.File("charge.json", Charge), "--to", webhook.Url, "--type", "charge.captured", "--created", created);

        var wrapped = Assert.Single(webhook.Taken);
        Assert.Equal(("charge.captured", new DateTime(2026, 12, 1, 10, 0, 0, DateTimeKind.Utc)), (wrapped.Type, wrapped.Created));
    }

    [Fact]
    public async Task Files_are_sent_in_the_order_in_which_they_are_named()
    {
        await using var webhook = await Webhook.StartAsync();
        var files = new[] { "c", "a", "b" }.Select(id => sending.File($"{id}.json", Charge.Replace("ch_1", id, StringComparison.Ordinal)));

        await Sending.RunAsync([.. files, "--to", webhook.Url]);

        Assert.Equal(["c", "a", "b"], webhook.Taken.Select(taken => ((global::Stripe.Charge)taken.Data.Object).Id));
    }

    [Fact]
    public async Task A_webhook_that_does_not_answer_2xx_makes_the_exit_code_1()
    {
        await using var webhook = await Webhook.StartAsync(secret: "whsec_other");

        var (code, output, _) = await Sending.RunAsync(sending.File("charge.json", Charge), "--to", webhook.Url);

        Assert.Equal(1, code);
        Assert.StartsWith("400 evt_", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Sending.RunAsync(sending.File("charge.json", Charge), "--to", webhook.Url, "--secret", "whsec_other")).Code);
    }

    [Fact]
    public async Task A_webhook_that_nobody_serves_is_said_in_a_sentence()
    {
        using var nobody = new Unserved();

        var (code, _, error) = await Sending.RunAsync(sending.File("charge.json", Charge), "--to", nobody.Url);

        Assert.Equal(1, code);
        Assert.StartsWith($"charge.json was not sent. {nobody.Url} cannot be reached: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"id\": \"ch_1\",\n oops }", "It is not JSON: line 2 cannot be read.")]
    [InlineData("", "It is not JSON: line 1 cannot be read.")]
    [InlineData("[]", "It holds JSON, but no object.")]
    [InlineData("""{ "id": "ch_1" }""", "It is neither a Stripe event nor a Stripe object: it has no text in \"object\".")]
    [InlineData("""{ "object": "event", "id": "evt_1" }""", "It is an event without an id or without a type.")]
    [InlineData("""{ "object": "list", "data": [] }""", "It is a list: send its objects one by one.")]
    [InlineData("""{ "object": "topup", "created": 1 }""", "Which event announces a topup like this is not known here; name it with --type.")]
    [InlineData("""{ "object": "checkout.session", "status": "open", "created": 1 }""", "No event announces a checkout session that is open; name one with --type.")]
    [InlineData("""{ "object": "customer" }""", "The object does not say when it was created; say it with --created.")]
    public async Task A_file_that_cannot_be_sent_is_said_in_a_sentence_and_the_others_are_sent(string text, string sentence)
    {
        await using var webhook = await Webhook.StartAsync();

        var (code, output, error) = await Sending.RunAsync(sending.File("bad.json", text), sending.File("charge.json", Charge), "--to", webhook.Url);

        Assert.Equal((1, $"bad.json was not sent. {sentence}\n"), (code, error));
        Assert.EndsWith("charge.succeeded charge.json\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_no_text_is_said_in_a_sentence()
    {
        await using var webhook = await Webhook.StartAsync();
        var binary = sending.Missing("binary.json");
        await File.WriteAllBytesAsync(binary, [0xff, 0xfe, 0x00], TestContext.Current.CancellationToken);

        var (code, _, error) = await Sending.RunAsync(sending.Missing("none.json"), binary, "--to", webhook.Url);

        Assert.Equal((1, "none.json was not sent. There is no such file.\nbinary.json was not sent. It is not text in UTF-8.\n"), (code, error));
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        await using var webhook = await Webhook.StartAsync();

        var (code, _, _) = await Sending.RunAsync(sending.File("charge.json", "\uFEFF" + Charge), "--to", webhook.Url);

        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("--to", "localhost", "--to wants a URL that begins with http:// or https://.")]
    [InlineData("--created", "yesterday", "--created wants a time such as 2026-11-24T10:00:00Z, or Unix seconds.")]
    public async Task A_wrong_option_is_said_in_a_sentence(string option, string value, string sentence)
    {
        var (code, _, error) = await Sending.RunAsync(sending.File("charge.json", Charge), option, value);

        Assert.Equal(1, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    public void Dispose() => sending.Dispose();
}
