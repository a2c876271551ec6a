namespace StripePassKitActors.Customers.PassKit;

internal static class PassKitServices
{
    /// <summary>Adds what makes PassKit agree.</summary>
    public static IServiceCollection AddPassKit(this IServiceCollection services, IConfiguration configuration)
    {
#pragma warning disable RS0030 // The one place where chance enters: this instance alone may be shared by threads.
        services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddSingleton(new PassLink(configuration["PASSKIT_REST_URL"]));
        services.AddSingleton<IPassKitTransport, BindingTransport>();
        services.AddSingleton<PassKitCredentials>();
        services.AddSingleton<PassKitPipeline>();
        services.AddSingleton<PassKitClient>();
        services.AddSingleton<PassKitAlarm>();
        services.AddSingleton<PassSteps>();
        services.AddSingleton<PassSync>();
        services.AddSingleton<PassMail>();
        return services;
    }
}
