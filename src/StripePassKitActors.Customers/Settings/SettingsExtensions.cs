using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Settings;

internal static class SettingsExtensions
{
    /// <summary>Binds and validates every setting of this app. A key that no setting has stops the app too: it is a misspelt one.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSection<MembershipOptions, MembershipOptions.Validator>("Membership");
        services.AddSection<PassKitOptions, PassKitOptions.Validator>("PassKit");
        services.AddSection<OperatorOptions, OperatorOptions.Validator>("Operator");

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MembershipOptions>>().Value.ToSettings());
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<PassKitOptions>>().Value.ToSettings());
        services.AddSingleton(provider => new EventReader(new FactReader(
            provider.GetRequiredService<IOptions<MembershipOptions>>().Value.MetadataKey,
            [.. MerchantsWord.Keys, .. provider.GetRequiredService<PassSettings>().CustomerMetadata.Keys])));
        return services;
    }

    private static void AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
    }
}
