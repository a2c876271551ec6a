namespace StripePassKitActors.Ingress.Tests;

internal static class Events
{
    // lang=json,strict
    public const string Charge =
        """
        {
          "id": "evt_1", "object": "event", "type": "charge.succeeded", "livemode": false, "api_version": "2026-10-28.endive",
          "created": 1795521600, "data": { "object": { "id": "ch_1", "object": "charge", "customer": "cus_1",
          "amount": 1000, "billing_details": { "email": "ada@example.com" } } }
        }

        """;

    /// <summary>A test event about <paramref name="subject"/>, a JSON object.</summary>
    public static string About(string subject, string top = "\"livemode\": false") =>
        $$"""{ "id": "evt_1", "object": "event", "type": "some.type", {{top}}, "data": { "object": {{subject}} } }""";
}
