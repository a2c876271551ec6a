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
        services.AddSection<StripeOptions, StripeOptions.Validator>(StripeOptions.Section);
        services.AddSection<PassKitOptions, PassKitOptions.Validator>("PassKit");
        services.AddSection<OperatorOptions, OperatorOptions.Validator>("Operator");

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MembershipOptions>>().Value.ToSettings());
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<PassKitOptions>>().Value.ToSettings());
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StripeOptions>>().Value.WriteBack.ToKeys());
        services.AddSingleton(provider => new FactReader(
            provider.GetRequiredService<IOptions<MembershipOptions>>().Value.MetadataKey,
            [.. MerchantsWord.Keys, .. provider.GetRequiredService<PassSettings>().CustomerMetadata.Keys]));
        services.AddSingleton<EventReader>();
        return services;
    }

    private static void AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                try
                {
                    configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
                }
                catch (InvalidOperationException unreadable)
                {
                    // Of a list's row the binder's own message says nothing; the one within names the setting.
                    throw new OptionsValidationException(section, typeof(TOptions), [$"{section} cannot be read: {Innermost(unreadable).Message}"]);
                }
            })
            .ValidateOnStart();
    }

    private static InvalidOperationException Innermost(InvalidOperationException failure) =>
        failure.InnerException is InvalidOperationException within ? Innermost(within) : failure;
}
