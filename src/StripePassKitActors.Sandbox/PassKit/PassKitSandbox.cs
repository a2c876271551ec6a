using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Sandbox.PassKit.Members;
using StripePassKitActors.Sandbox.PassKit.Programs;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>
/// A PassKit in memory or in a file, as strict as the real one is said to be, and where reports contradict each other the less forgiving of the two.
/// Safe for several threads; several may live in one process.
/// </summary>
public sealed class PassKitSandbox : IDisposable
{
    private readonly Lock gate = new();
    private readonly MemberFile? file;
    private readonly MemberStore members;

    /// <summary>Makes a PassKit with one published, active program and its tiers.</summary>
    public PassKitSandbox(PassKitSandboxOptions options, TimeProvider time)
    {
        var ids = new PassIds(options.Seed);
        Options = options;
        Time = time;
        Programs = new ProgramStore(ids, time);
        file = options.Data is null ? null : new MemberFile(options.Data);
        members = new MemberStore(Programs, ids, time, file);
        MemberCalls = new MemberCalls(members, Programs, ids, time);
        Programs.AddProgram(options.ProgramId, new JsonObject
        {
            ["name"] = options.ProgramId,
            ["status"] = new JsonArray("PROJECT_PUBLISHED", "PROJECT_ACTIVE_FOR_OBJECT_CREATION"),
        });
        foreach (var tierId in options.TierIds) AddTier(tierId);
    }

    /// <summary>What was set up.</summary>
    public PassKitSandboxOptions Options { get; }

    /// <summary>What was called.</summary>
    public CallLog Calls { get; } = new();

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
            tier["expirySettings"] = new JsonObject { ["expiryType"] = expiryType };
            return true;
        }
    }

    /// <summary>What a holder does on a device: <c>PASS_INSTALLED</c> or <c>PASS_UNINSTALLED</c>.</summary>
    /// <returns>False if there is no such member.</returns>
    public bool MarkInstalled(string memberId, bool installed = true)
    {
        lock (gate)
        {
            if (members.ById(memberId) is not { } member) return false;
            var pass = (member["passMetaData"] ??= new JsonObject()).AsObject();
            var now = ProtoJson.Moment(Time.GetUtcNow());
            pass["status"] = installed ? "PASS_INSTALLED" : "PASS_UNINSTALLED";
            pass[installed ? "lastInstalledAt" : "lastUninstalledAt"] = now;
            pass[installed ? "firstInstalledAt" : "firstUninstalledAt"] ??= now;
            members.Touch(member);
            members.Save();
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
            members.Save();
            return true;
        }
    }

    internal Answer Handle(Func<PassKitCall, Answer> handler, PassKitCall call)
    {
        lock (gate)
        {
            var answer = handler(call);
            members.Save();
            return answer;
        }
    }

    /// <summary>Closes the file, if there is one.</summary>
    public void Dispose()
    {
        lock (gate) file?.Dispose();
    }

    internal JsonArray Shown()
    {
        lock (gate) return new JsonArray([.. members.All.Select(members.Read)]);
    }
}
