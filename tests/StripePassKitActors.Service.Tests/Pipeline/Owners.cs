using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Who paid, where Stripe cannot be asked.</summary>
public sealed class Owners(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task The_payer_of_a_charge_is_known_from_then_on_and_also_after_a_restart_until_it_is_forgotten(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        Assert.Null(await Find("ch_cus_1_a"));

        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, "a"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_2", 100, "b"), Cancelled);
        await Eventually.Async(() => Find("ch_cus_1_a"), owner => owner == "cus_1", "the first payer is known", cancellationToken: Cancelled);
        await Eventually.Async(() => Find("ch_cus_2_b"), owner => owner == "cus_2", "the second payer is known", cancellationToken: Cancelled);

        await merchant.Service.Customers.App.StopAsync();
        await merchant.Service.Customers.StartAppAsync(Cancelled);
        Assert.Equal("cus_1", await Find("ch_cus_1_a"));

        await All().ForgetAsync(["ch_cus_1_a"], Cancelled);
        Assert.Equal((null, "cus_2"), (await Find("ch_cus_1_a"), await Find("ch_cus_2_b")));

        IPaymentOwners All() => merchant.Service.Customers.App.Services.GetRequiredService<IPaymentOwners>();
        Task<string?> Find(string payment) => All().FindAsync(payment, Cancelled);
    }
}
