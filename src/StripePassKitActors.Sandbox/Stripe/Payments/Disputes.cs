using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Payments;

/// <summary>Payments that the holder of the card contests at the bank.</summary>
internal sealed class Disputes(Account account, Charges charges)
{
    /// <summary>Begins one; an inquiry moves no money.</summary>
    public JsonObject Open(string chargeId, long? amount, bool inquiry)
    {
        var charge = account.Get("charge", chargeId);
        if (!charge.Flag("captured") || charge.Flag("disputed")) throw StripeFault.Invalid($"Charge {chargeId} cannot be disputed.");
        var made = account.Make("dispute", "du");
        foreach (var field in (string[])["currency", "payment_intent"]) made[field] = charge[field]?.DeepClone();
        made["charge"] = chargeId;
        made["amount"] = amount ?? charge.Number("amount_captured");
        made["status"] = inquiry ? "warning_needs_response" : "needs_response";
        made["payment_method_details"]!["card"]!["case_type"] = inquiry ? "inquiry" : "chargeback";
        made["evidence_details"]!["due_by"] = account.Now.AddDays(9).ToUnixTimeSeconds();
        made["is_charge_refundable"] = inquiry;
        if (!inquiry) Move(made, -made.Number("amount"), fee: 1500);
        charge["disputed"] = true;
        account.Tell("charge.dispute.created", made);
        if (!inquiry) account.Tell("charge.dispute.funds_withdrawn", made);
        return made;
    }

    /// <summary>Evidence, and with it, as in Stripe's test mode, the outcome: <c>winning_evidence</c> or <c>losing_evidence</c>.</summary>
    public JsonObject Update(string id, Form form)
    {
        var dispute = account.Get("dispute", id);
        var evidence = form.Within("evidence");
        account.Change(dispute, "charge.dispute.updated", () =>
        {
            form.MetadataTo(dispute);
            foreach (var name in evidence.Names) dispute["evidence"]![name] = evidence.Text(name);
            if (!evidence.Names.Any()) return;
            dispute["evidence_details"]!["has_evidence"] = true;
            if (form.Flag("submit") == false) return;
            dispute["evidence_details"]!["submission_count"] = dispute["evidence_details"]!.Number("submission_count") + 1;
            dispute["status"] = IsInquiry(dispute) ? "warning_under_review" : "under_review";
        });
        return evidence.Text("uncategorized_text") switch
        {
            "winning_evidence" => Close(id, won: true),
            "losing_evidence" => Close(id, won: false),
            _ => dispute,
        };
    }

    /// <summary>Ends one.</summary>
    public JsonObject Close(string id, bool won)
    {
        var dispute = account.Get("dispute", id);
        if (dispute.Text("status") is "won" or "lost" or "warning_closed") throw StripeFault.Invalid("This dispute is closed already.");
        var inquiry = IsInquiry(dispute);
        var before = dispute.Shown();
        dispute["status"] = inquiry ? "warning_closed" : won ? "won" : "lost";
        if (won && !inquiry) Move(dispute, dispute.Number("amount"), fee: 0);
        if (won && !inquiry) account.Tell("charge.dispute.funds_reinstated", dispute);
        account.Tell("charge.dispute.closed", dispute, Differences.Of(before, dispute.Shown()));
        return dispute;
    }

    private static bool IsInquiry(JsonObject dispute) => dispute.Text("status")!.StartsWith("warning_", StringComparison.Ordinal);

    private void Move(JsonObject dispute, long amount, long fee) =>
        dispute["balance_transactions"]!.AsArray().Add(charges.Move("adjustment", dispute, amount, fee).DeepClone());
}
