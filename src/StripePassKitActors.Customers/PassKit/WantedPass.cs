using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>What a sync should reach.</summary>
/// <param name="CustomerId">Whose pass.</param>
/// <param name="Content">What it should show; null: no tier was ever earned.</param>
/// <param name="Honoured">Whether it should be valid.</param>
/// <param name="Link">The existing member to take over; null: none (rule B9).</param>
/// <param name="LastPaidAt">When the customer last paid, UTC; null: never (rule P8).</param>
internal sealed record WantedPass(string CustomerId, PassContent? Content, bool Honoured, string? Link, DateTimeOffset? LastPaidAt)
{
    /// <summary>Whether the pass is to stay as it is until Stripe answers (rule F5): as PassKit has it, where that is asked, and no shorter than the content says.</summary>
    public bool Stays { get; init; }
}
