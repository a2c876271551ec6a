using System.Net;
using StripePassKitActors.Customers.Connect;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>What PassKit says of its set-up.</summary>
internal sealed record PassKitReading
{
    /// <summary>Where it was asked: <c>PASSKIT_REST_URL</c>.</summary>
    public required Uri Region { get; init; }

    /// <summary>The program that the settings name.</summary>
    public required string ProgramId { get; init; }

    /// <summary>Who calls, as PassKit knows them; what is asked first.</summary>
    public required PassKitAnswer Profile { get; init; }

    /// <summary>The same asked with a signed token in the other form, <c>Bearer</c> or bare, after ours was refused; null: not asked.</summary>
    public PassKitAnswer? OtherForm { get; init; }

    /// <summary>The program; null: not asked, because nobody may call.</summary>
    public PassKitAnswer? Program { get; init; }

    /// <summary>The tiers that the settings name, by id; empty: not asked.</summary>
    public IReadOnlyDictionary<string, PassKitAnswer> Tiers { get; init; } = new Dictionary<string, PassKitAnswer>();

    /// <summary>Who is told of events, a line each; null: not asked.</summary>
    public PassKitAnswer? Sinks { get; init; }

    /// <summary>Whether PassKit takes our credentials: in the wrong region it does, and answers 404 to whatever is asked. A page in the place of JSON is not PassKit's.</summary>
    public bool IsAdmitted => Profile.Json is not null && (Profile.Succeeded || Profile.Status == HttpStatusCode.NotFound);
}
