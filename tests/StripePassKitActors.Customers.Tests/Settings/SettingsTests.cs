using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Tests.Settings;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> Right = new()
    {
        ["Membership:Tiers:0:Id"] = "gold",
        ["Membership:Tiers:0:Rank"] = "2",
        ["Membership:Tiers:1:Id"] = "silver",
        ["Membership:Tiers:1:Rank"] = "1",
        ["PassKit:ProgramId"] = "program",
        ["PassKit:ApiKey"] = "key",
        ["PassKit:ApiSecret"] = "secret",
        ["Operator:ApiKey"] = "sixteen_letters_",
        ["APP_API_TOKEN"] = "token",
        ["PASSKIT_REST_URL"] = "https://api.pub1.passkit.io",
    };

    [Theory]
    [InlineData("Membership:Tiers names no tier;", "Membership:Tiers:0:Id", null, "Membership:Tiers:0:Rank", null, "Membership:Tiers:1:Id", null, "Membership:Tiers:1:Rank", null)]
    [InlineData("Membership:Tiers:1:Id is blank;", "Membership:Tiers:1:Id", " ")]
    [InlineData("Membership:Tiers:1:Id is blank;", "Membership:Tiers:1:Id", null)]
    [InlineData("Membership:Tiers names tier 'gold' twice.", "Membership:Tiers:1:Id", "gold")]
    [InlineData("Membership:Tiers gives rank 2 to 'gold' and 'silver';", "Membership:Tiers:1:Rank", "2")]
    [InlineData("Membership:Tiers:0:MinimumSpend:dollars is no currency", "Membership:Tiers:0:MinimumSpend:dollars", "5")]
    [InlineData("Membership:Tiers:0:MinimumSpend:us1 is no currency", "Membership:Tiers:0:MinimumSpend:us1", "5")]
    [InlineData("Membership:Tiers:1:MinimumSpend:usd is negative.", "Membership:Tiers:1:MinimumSpend:usd", "-1")]
    [InlineData("Membership:Plans:price_1 names tier 'platinum',", "Membership:Plans:price_1", "platinum")]
    [InlineData("Membership:Plans:price_1 names tier 'Gold',", "Membership:Plans:price_1", "Gold")]
    [InlineData("Membership:UnmappedPlanTier names tier 'platinum',", "Membership:UnmappedPlanTier", "platinum")]
    [InlineData("Membership:MetadataKey is blank.", "Membership:MetadataKey", " ")]
    [InlineData("Membership:GraceDays must lie", "Membership:GraceDays", "-1")]
    [InlineData("Membership:GraceDays must lie", "Membership:GraceDays", "367")]
    [InlineData("Membership:ExpiryMargin must lie", "Membership:ExpiryMargin", "-00:00:01")]
    [InlineData("Membership:ExpiryMargin must lie", "Membership:ExpiryMargin", "61.00:00:00")]
    [InlineData("PassKit:ProgramId is blank;", "PassKit:ProgramId", null)]
    [InlineData("PassKit:ProgramId is blank;", "PassKit:ProgramId", " ")]
    [InlineData("PassKit:Token and PassKit:ApiKey are both set;", "PassKit:Token", "token")]
    [InlineData("PassKit:Token and PassKit:ApiKey are both set;", "PassKit:Token", "token", "PassKit:ApiKey", null)]
    [InlineData("PassKit:ApiKey is blank;", "PassKit:ApiKey", " ")]
    [InlineData("PassKit:ApiSecret is blank;", "PassKit:ApiSecret", null)]
    [InlineData("PassKit:AuthorizationScheme is empty or 'Bearer'.", "PassKit:AuthorizationScheme", "Basic")]
    [InlineData("PassKit:Fields:Shoes is no field of a pass;", "PassKit:Fields:Shoes", "size")]
    [InlineData("PassKit:Fields:StripeCustomerId may be renamed, not left out:", "PassKit:Fields:StripeCustomerId", "")]
    [InlineData("PASSKIT_REST_URL must be PassKit's region,", "PASSKIT_REST_URL", null)]
    [InlineData("PASSKIT_REST_URL must be PassKit's region,", "PASSKIT_REST_URL", "api.pub1.passkit.io")]
    [InlineData("PassKit:CustomerMetadata:shoe is blank;", "PassKit:CustomerMetadata:shoe", " ")]
    [InlineData("PassKit:Fields and PassKit:CustomerMetadata write 'status' twice;", "PassKit:Fields:TierName", "status")]
    [InlineData("PassKit:Fields and PassKit:CustomerMetadata write 'tierName' twice;", "PassKit:CustomerMetadata:shoe", "tierName")]
    [InlineData("PassKit:Messages:PastDue has {day}, which it cannot fill; it knows {tier}, {date}, {days}.", "PassKit:Messages:PastDue", "By {day}, {day}!")]
    [InlineData("PassKit:Messages:TierReached has {date}, which it cannot fill; it knows {tier}.", "PassKit:Messages:TierReached", "{tier} on {date}")]
    [InlineData("PassKit:Messages:Ended has {}, which it cannot fill;", "PassKit:Messages:Ended", "{}")]
    [InlineData("PassKit:RenewalNoticeDays must lie", "PassKit:RenewalNoticeDays", "0")]
    [InlineData("PassKit:TierReachedDays must lie", "PassKit:TierReachedDays", "367")]
    [InlineData("Operator:ApiKey must have at least 16", "Operator:ApiKey", null)]
    [InlineData("Operator:ApiKey must have at least 16", "Operator:ApiKey", "fifteen_letters")]
    [InlineData("Operator:ApiKey must have at least 16", "Operator:ApiKey", "fifteen_letters ")]
    [InlineData("APP_API_TOKEN is blank;", "APP_API_TOKEN", "")]
    public async Task A_wrong_setting_stops_the_app_with_one_sentence_that_names_it(string sentence, params string?[] changes)
    {
        await using var app = await BuildAsync(Pairs(changes));

        var failure = Assert.Throws<OptionsValidationException>(() => Validate(app));

        Assert.StartsWith(sentence, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_in_a_section_is_told_at_once()
    {
        await using var app = await BuildAsync(Pairs("PassKit:ProgramId", null, "PassKit:ApiKey", null, "PassKit:ApiSecret", null));

        Assert.Equal(3, Assert.Throws<OptionsValidationException>(() => Validate(app)).Failures.Count());
    }

    [Theory]
    [InlineData("Membership", "'GraceDay'", "Membership:GraceDay", "21")]
    [InlineData("Membership", "'MinimalSpend'", "Membership:Tiers:0:MinimalSpend:usd", "5")]
    [InlineData("PassKit", "'ApiSecrets'", "PassKit:ApiSecrets", "secret")]
    [InlineData("Operator", "'Key'", "Operator:Key", "sixteen_letters_")]
    [InlineData("Membership", "'Membership:GraceDays'", "Membership:GraceDays", "three weeks")]
    [InlineData("Membership", "'Membership:Trials'", "Membership:Trials", "Maybe")]
    [InlineData("PassKit", "'PassKit:Points'", "PassKit:Points", "Money")]
    [InlineData("Membership", "", "Membership:Plans:gold:monthly", "gold")] // a colon parts sections: such a key cannot be written
    public async Task A_setting_that_is_misspelt_or_cannot_be_read_stops_the_app_and_is_named(string section, string named, params string?[] changes)
    {
        await using var app = await BuildAsync(Pairs(changes));

        var sentence = Assert.Single(Assert.Throws<OptionsValidationException>(() => Validate(app)).Failures);

        Assert.StartsWith($"{section} cannot be read: ", sentence, StringComparison.Ordinal);
        Assert.Contains(named, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PassKit:ApiSecrets", "s3cr3t")]
    [InlineData("Operator:Key", "s3cr3t")]
    [InlineData("Operator:ApiKey", "s3cr3t")]
    public async Task What_is_said_of_a_wrong_setting_never_holds_a_secret(params string?[] changes)
    {
        await using var app = await BuildAsync(Pairs(changes));

        Assert.DoesNotContain("s3cr3t", Assert.ThrowsAny<Exception>(() => Validate(app)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_left_out_is_the_default_and_an_empty_one_is_off()
    {
        await using var app = await BuildAsync(Pairs(
            "PassKit:Messages:PastDue", "", "PassKit:Messages:Renewal", " {days} more days of {tier} ", "PassKit:RenewalNoticeDays", "3", "PassKit:TierReachedDays", "1"));
        Validate(app);

        Assert.Equal(
            new PassMessages { PastDue = null, Renewal = "{days} more days of {tier}", RenewalNotice = TimeSpan.FromDays(3), TierReachedFor = TimeSpan.FromDays(1) },
            app.Services.GetRequiredService<PassSettings>().Messages);
    }

    [Fact]
    public async Task Right_settings_start_with_defaults_that_most_merchants_expect()
    {
        await using var app = await BuildAsync([]);
        Validate(app);

        var membership = app.Services.GetRequiredService<MembershipSettings>();
        Assert.Equal(["gold", "silver"], membership.Tiers.Select(tier => tier.Id));
        Assert.Equal((TimeSpan.FromDays(21), TimeSpan.FromDays(3), true, true, null),
            (membership.Grace, membership.ExpiryMargin, membership.HonourTrials, membership.HonourPausedCollection, membership.UnmappedPlanTier));
        var (pass, defaults) = (app.Services.GetRequiredService<PassSettings>(), new PassSettings());
        Assert.Equal(defaults with { CustomerMetadata = pass.CustomerMetadata }, pass);
        Assert.Empty(pass.CustomerMetadata);
    }

    [Fact]
    public async Task Tiers_are_taken_in_any_order_with_thresholds_in_currencies_of_either_case()
    {
        await using var app = await BuildAsync(Pairs(
            "Membership:Tiers:0:Rank", "1", "Membership:Tiers:1:Rank", "7", "Membership:Tiers:1:Name", "Silver card",
            "Membership:Tiers:1:MinimumSpend:USD", "500", "Membership:Tiers:1:MinimumSpend:eur", "400"));
        Validate(app);

        var tiers = app.Services.GetRequiredService<MembershipSettings>().Tiers;
        Assert.Equal([("silver", "Silver card"), ("gold", "gold")], tiers.Select(tier => (tier.Id, tier.Name)));
        Assert.Equal([KeyValuePair.Create("eur", 400L), KeyValuePair.Create("usd", 500L)], tiers[0].MinimumSpend);
    }

    [Fact]
    public async Task Plans_and_policies_are_taken_as_they_are_written()
    {
        await using var app = await BuildAsync(Pairs(
            "Membership:Plans:price_1AbC", "gold", "Membership:Plans:gold monthly", "gold", "Membership:Plans:prod_X", "silver",
            "Membership:UnmappedPlanTier", "silver", "Membership:GraceDays", "0", "Membership:ExpiryMargin", "0",
            "Membership:Trials", "None", "Membership:OnPauseCollection", "Suspend"));
        Validate(app);

        var membership = app.Services.GetRequiredService<MembershipSettings>();
        Assert.Equal(["gold monthly:gold", "price_1AbC:gold", "prod_X:silver"], membership.Plans.Select(plan => $"{plan.Key}:{plan.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(("silver", TimeSpan.Zero, TimeSpan.Zero, false, false),
            (membership.UnmappedPlanTier, membership.Grace, membership.ExpiryMargin, membership.HonourTrials, membership.HonourPausedCollection));
    }

    [Fact]
    public async Task Fields_of_a_pass_are_renamed_left_out_or_added_whatever_their_case()
    {
        await using var app = await BuildAsync(Pairs(
            "PassKit:Fields:status", " standing ", "PassKit:Fields:TierName", "", "PassKit:Fields:SPEND", "spend", "PassKit:Fields:StripeCustomerId", "owner",
            "PassKit:Fields:Message", "notice", "PassKit:CustomerMetadata:shoe size", "size", "PassKit:Metadata", "Own",
            "PassKit:Points", "TierPoints"));
        Validate(app);

        var pass = app.Services.GetRequiredService<PassSettings>();
        Assert.Equal(("standing", null, "validUntil", "spend", "owner"), (pass.Status, pass.TierName, pass.ValidUntil, pass.Spend, pass.StripeCustomerId));
        Assert.Equal(("notice", "size", PointsField.TierPoints), (pass.Message, pass.CustomerMetadata["shoe size"], pass.Points));
    }

    [Fact]
    public async Task A_token_alone_signs_in()
    {
        await using var app = await BuildAsync(Pairs("PassKit:Token", "token", "PassKit:ApiKey", null, "PassKit:ApiSecret", null));

        Validate(app);
    }

    [Fact]
    public async Task A_wrong_setting_ends_the_process_with_exit_code_1() =>
        Assert.Equal(1, await Program.Main(["--urls=http://127.0.0.1:0", "--PassKit:ProgramId=program"]));

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(params string?[] changes) =>
        changes.Chunk(2).Select(pair => KeyValuePair.Create(pair[0]!, pair[1]));

    // The order of two settings of one name is the order in which they are given; null takes one away.
    private static Task<Microsoft.AspNetCore.Builder.WebApplication> BuildAsync(IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var settings = new Dictionary<string, string?>(Right);
        foreach (var (key, value) in changes) settings[key] = value;
        return Program.BuildAsync([.. settings.Where(setting => setting.Value is not null).Select(setting => $"--{setting.Key}={setting.Value}")]);
    }

    private static void Validate(Microsoft.AspNetCore.Builder.WebApplication app) => app.Services.GetRequiredService<IStartupValidator>().Validate();
}
