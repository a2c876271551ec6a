using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <inheritdoc />
internal sealed class StripeMetadataApi(StripeCalls calls) : IStripeMetadata
{
    public async Task<bool> WriteAsync(StripeMetadataWrite write, string idempotencyKey, CancellationToken budget)
    {
        var fields = write.Values.Select(pair => ($"metadata[{pair.Key}]", pair.Value));
        return await calls.PostAsync(write.Kind, $"{write.Kind}s", write.Id, fields, idempotencyKey, budget) is not null;
    }
}
