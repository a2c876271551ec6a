using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Sandbox.PassKit.Mail;
using StripePassKitActors.Sandbox.PassKit.Members;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;
using StripePassKitActors.Sandbox.PassKit.Sinks;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>
/// A PassKit in memory or in a file, as strict as the real one is said to be, and where reports contradict each other the less forgiving of the two.
/// Safe for several threads; several may live in one process.
/// </summary>
public sealed class PassKitSandbox : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly RecordFile? file;
    private readonly MemberStore members;
    private readonly ITimer timer;
    private DateTimeOffset wakesAt = DateTimeOffset.MaxValue;
    private bool disposed;

    /// <summary>Makes a PassKit with one published, active program and its tiers.</summary>
    public PassKitSandbox(PassKitSandboxOptions options, TimeProvider time)
    {
        var ids = new PassIds(options.Seed);
        Options = options;
        Time = time;
        Programs = new ProgramStore(ids, time);
        file = options.Data is null ? null : new RecordFile(options.Data);
        members = new MemberStore(Programs, ids, time, file?.Members) { Told = Tell };
        Sinks = new SinkStore(Programs, ids, time, file?.Sinks);
        MailCalls = new MailCalls(members, Programs, time);
        timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        MemberCalls = new MemberCalls(members, Programs, ids, time);
        Programs.AddProgram(options.ProgramId, new JsonObject
        {
            ["name"] = options.ProgramId,
            ["status"] = new JsonArray("PROJECT_PUBLISHED", "PROJECT_ACTIVE_FOR_OBJECT_CREATION"),
        });
        foreach (var tierId in options.TierIds) AddTier(tierId);
        if (options.SinkUrl is { } url) Sinks.Ensure(options.ProgramId, url);
        Wake();
    }

    /// <summary>What was set up.</summary>
    public PassKitSandboxOptions Options { get; }

    /// <summary>What was called.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>The webhooks that were sent, or would have been.</summary>
    public DeliveryLog Deliveries { get; } = new();

    /// <summary>What goes wrong.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>A snapshot of all members, oldest first, as they read at this moment.</summary>
    public IReadOnlyList<Member> Members
    {
        get
        {
            lock (gate) return [.. members.All.Select(member => Member.From(members.Read(member)))];
        }
    }

    /// <summary>A snapshot of all emails that were sent, oldest first.</summary>
    public IReadOnlyList<SentMail> Mail
    {
        get
        {
            lock (gate) return [.. MailCalls.Sent];
        }
    }

    /// <summary>
    /// Whether who reads a subscription to webhooks is told its signing secret; false at first. What PassKit does is not known.
    /// </summary>
    public bool TellsSigningSecrets
    {
        get
        {
            lock (gate) return Sinks.TellsSecrets;
        }

        set
        {
            lock (gate) Sinks.TellsSecrets = value;
        }
    }

    /// <summary>
    /// Whether the external id of a deleted member can be used again; false at first. What PassKit does is not known: clients should stand both.
    /// </summary>
    public bool FreesExternalIds
    {
        get
        {
            lock (gate) return members.FreesExternalIds;
        }

        set
        {
            lock (gate) members.FreesExternalIds = value;
        }
    }

    /// <summary>Whether a date in the future revives an expired pass; true at first. PassKit's documentation says both.</summary>
    public bool RevivesExpired
    {
        get
        {
            lock (gate) return members.RevivesExpired;
        }

        set
        {
            lock (gate) members.RevivesExpired = value;
        }
    }

    internal TimeProvider Time { get; }

    internal ProgramStore Programs { get; }

    internal MemberCalls MemberCalls { get; }

    internal MailCalls MailCalls { get; }

    internal SinkStore Sinks { get; }

    internal Channel<OutgoingWebhook> Outbox { get; } = Channel.CreateUnbounded<OutgoingWebhook>();

    /// <summary>The member with this external id in the program that was set up; null if there is none.</summary>
    public Member? Find(string externalId)
    {
        lock (gate) return members.ByExternalId(Options.ProgramId, externalId) is { } member ? Member.From(members.Read(member)) : null;
    }

    /// <summary>Adds a tier to the program that was set up; does nothing if it has one of that id.</summary>
    /// <param name="tierId">The id that callers name.</param>
    /// <param name="expiryType">PassKit's <c>ExpiryType</c>; a pass in a tier with <c>EXPIRE_NONE</c> or <c>EXPIRE_SET_TO_NULL</c> never lapses.</param>
    public void AddTier(string tierId, string expiryType = "EXPIRE_ON_VARIABLE_DATE_TIME")
    {
        lock (gate)
        {
            if (Programs.Tier(Options.ProgramId, tierId) is not null) return;
            Programs.AddTier(new JsonObject
            {
                ["id"] = tierId,
                ["programId"] = Options.ProgramId,
                ["name"] = tierId,
                ["tierIndex"] = Programs.NextTierIndex(Options.ProgramId),
                ["passTemplateId"] = "sandbox",
                ["timezone"] = "UTC",
                ["expirySettings"] = new JsonObject { ["expiryType"] = expiryType },
            });
        }
    }

    /// <summary>What a merchant does in PassKit's portal: gives a tier of the program that was set up another <c>ExpiryType</c>.</summary>
    /// <returns>False if there is no such tier.</returns>
    public bool ChangeTier(string tierId, string expiryType)
    {
        lock (gate)
        {
            if (Programs.Tier(Options.ProgramId, tierId) is not { } tier) return false;
            Programs.ChangeTier(tier, new JsonObject { ["expirySettings"] = new JsonObject { ["expiryType"] = expiryType } });
            Save();
            return true;
        }
    }

    /// <summary>
    /// What happens to the program that was set up: <c>{ "status": ["PROJECT_DRAFT", "PROJECT_ACTIVE_FOR_OBJECT_CREATION"], "quota": … }</c>, in
    /// PassKit's <c>Program</c>. What is not said stays. Only reads show it, and a suspended email, which sends none.
    /// </summary>
    /// <exception cref="ArgumentException">That is no <c>Program</c>.</exception>
    public void ChangeProgram(JsonObject change)
    {
        if (!ProtoJson.TryRead("Program", Encoding.UTF8.GetBytes(change.ToJsonString()), out var read, out var error)) throw new ArgumentException(error, nameof(change));
        lock (gate) Programs.ChangeProgram(Options.ProgramId, read);
    }

    /// <summary>What a holder does on a device: <c>PASS_INSTALLED</c> or <c>PASS_UNINSTALLED</c>, in Apple's wallet or in Google's.</summary>
    /// <returns>False if there is no such member.</returns>
    public bool MarkInstalled(string memberId, bool installed = true, bool google = false)
    {
        lock (gate)
        {
            if (members.ById(memberId) is not { } member) return false;
            Installation.Mark(member, installed, google || (!installed && Installation.IsInGoogles(member)), ProtoJson.Moment(Time.GetUtcNow()));
            members.Touch(member, installed ? PassEvents.Installed : PassEvents.Uninstalled);
            Save();
            return true;
        }
    }

    /// <summary>What a merchant does in PassKit's portal: another tier, another date. What is null stays.</summary>
    /// <returns>False if there is no such member or tier.</returns>
    public bool ChangeByHand(string memberId, string? tierId = null, DateTimeOffset? expiryDate = null)
    {
        lock (gate)
        {
            if (members.ById(memberId) is not { } member || (tierId is not null && Programs.Tier(member.Text("programId"), tierId) is null)) return false;
            if (tierId is not null) member["tierId"] = tierId;
            if (expiryDate is { } date) members.SetExpiry(member, ProtoJson.Moment(date));
            members.Touch(member);
            Save();
            return true;
        }
    }

    /// <summary>What a merchant does in PassKit's portal, or a DELETE over the wire.</summary>
    /// <returns>False if there is no such member.</returns>
    public bool Remove(string memberId)
    {
        lock (gate)
        {
            if (members.ById(memberId) is not { } member) return false;
            members.Remove(member);
            Save();
            return true;
        }
    }

    /// <summary>
    /// Waits until every webhook that is due has been answered, lost, or put off until its next attempt. It is the app that sends them: without
    /// one this waits for ever once there is one to send.
    /// </summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        Wake();
        while (true)
        {
            var next = Deliveries.NextChange();
            if (Deliveries.All.All(delivery => delivery.State is not DeliveryState.UnderWay)) return;
            await next.WaitAsync(cancellationToken);
        }
    }

    internal Answer Handle(Func<PassKitCall, Answer> handler, PassKitCall call)
    {
        lock (gate)
        {
            var answer = handler(call);
            Save();
            return answer;
        }
    }

    /// <summary>Closes the file, if there is one.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed) return;
            disposed = true;
            timer.Dispose();
            file?.Dispose();
        }
    }

    internal JsonNode ShownProgram()
    {
        lock (gate) return Programs.Shown(Options.ProgramId)!;
    }

    internal IReadOnlyList<JsonObject> ShownSinks()
    {
        lock (gate) return Sinks.All;
    }

    internal IReadOnlyList<string> TierIds()
    {
        lock (gate) return Programs.TierIds(Options.ProgramId);
    }

    internal void ForgetMail()
    {
        lock (gate) MailCalls.Sent.Clear();
    }

    internal JsonArray Shown()
    {
        lock (gate) return new JsonArray([.. members.All.Select(members.Read)]);
    }

    /// <summary>Has passes lapse that are due.</summary>
    private void Wake()
    {
        lock (gate)
        {
            if (disposed) return;
            wakesAt = DateTimeOffset.MaxValue;
            Save();
        }
    }

    private void Save()
    {
        members.Save();
        if (members.NextLapse >= wakesAt) return;
        wakesAt = members.NextLapse;
        var wait = wakesAt - Time.GetUtcNow();
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Tell(string passEvent, JsonObject member)
    {
        var wanting = Sinks.Wanting(member.Text("programId"), passEvent).ToList();
        if (wanting.Count == 0) return;
        var tier = Programs.Tier(member.Text("programId"), member.Text("tierId"))?.Text("name") ?? "";
        var body = SinkPayload.Of(passEvent, member, tier).ToJsonString();
        var externalId = member.Text("externalId") is { Length: > 0 } named ? named : null;
        foreach (var (id, url, secret) in wanting)
        {
            var number = Deliveries.Begin(number => new SinkDelivery(
                number, Time.GetUtcNow(), id, passEvent, PassEvents.Verb(passEvent), url, member.Text("id"), externalId));
            Outbox.Writer.TryWrite(new OutgoingWebhook(number, passEvent, url, secret, body));
        }
    }
}
