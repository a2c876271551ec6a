using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Options;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>Registers and maps the checkout page.</summary>
internal static class CheckoutEndpoints
{
    /// <summary>What all its routes begin with.</summary>
    public const string Root = "/checkout";

    /// <summary>The query's key under which Stripe is told to put the session's id.</summary>
    public const string SessionKey = "session_id";

    private const string Origins = "checkout";

    /// <summary>Adds the page and its options, validated when the app starts.</summary>
    public static IServiceCollection AddCheckout(this IServiceCollection services)
    {
        services.AddOptions<CheckoutOptions>().BindConfiguration(CheckoutOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CheckoutOptions>, CheckoutOptions.Validator>();
        services.AddLocalization();
        services.AddCheckoutLimits();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<CheckoutOptions>>((cors, checkout) =>
            cors.AddPolicy(Origins, policy => policy.WithOrigins(checkout.Value.AllowedOrigins).WithMethods(HttpMethods.Get)));
        return services.AddSingleton<CheckoutPasses>().AddSingleton<CheckoutEvents>().AddSingleton<CheckoutPages>().AddSingleton<PageFiles>();
    }

    /// <summary>Sets headers, language, origins and limits of the page. Call it after what answers errors and before routes are mapped.</summary>
    public static WebApplication UseCheckout(this WebApplication app)
    {
        CultureInfo[] languages = [.. CheckoutTexts.Languages.Select(CultureInfo.GetCultureInfo)];
        app.UseMiddleware<CheckoutHeaders>();
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, languages[0]),
            SupportedUICultures = languages,
            RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()],
        });
        app.UseCors();
        app.UseRateLimiter();
        return app;
    }

    /// <summary>
    /// <c>GET /checkout/complete?session_id=</c>: the page, 404 for an id that is none; <c>/checkout/events</c>: how the pass stands as server-sent events;
    /// <c>/checkout/pass</c>: the same as JSON, for the origins that the settings allow. All: 429 too often.
    /// </summary>
    public static void MapCheckout(this IEndpointRouteBuilder routes)
    {
        var checkout = routes.MapGroup(Root);
        checkout.MapGet("/complete", CompleteAsync).WithMetadata(new CheckoutLimits.Limited(IsPage: true));
        checkout.MapGet("/events", Events).WithMetadata(CheckoutLimits.Limited.Streams);
        checkout.MapGet("/pass", PassAsync).WithMetadata(CheckoutLimits.Limited.Any).RequireCors(Origins);
        checkout.MapGet("/page.css", (PageFiles files, HttpResponse response) => Lasting(response, files.Styles, MediaTypeNames.Text.Css));
        checkout.MapGet("/page.js", (PageFiles files, HttpResponse response) => Lasting(response, files.Script, MediaTypeNames.Text.JavaScript));
    }

    private static async Task<IResult> CompleteAsync(HttpRequest request, CheckoutPasses passes, CheckoutPages pages, CancellationToken leave)
    {
        var pass = Session(request) is { } session ? await passes.AskAsync(session, leave) : BoughtPass.Of(CheckoutState.Unknown);
        return await pages.ShowAsync(pass, request, pass.State is CheckoutState.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static async Task<IResult> PassAsync(HttpRequest request, CheckoutPasses passes, CancellationToken leave) =>
        Session(request) is { } session ? TypedResults.Ok(ShownPass.Of(await passes.AskAsync(session, leave))) : TypedResults.NotFound();

    private static IResult Events(HttpRequest request, CheckoutEvents events, CancellationToken leave)
    {
        if (Session(request) is not { } session) return TypedResults.NotFound();
        request.HttpContext.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that gathers the stream would tell it at its end
        return TypedResults.ServerSentEvents(events.OfAsync(session, leave));
    }

    private static FileContentHttpResult Lasting(HttpResponse response, byte[] content, string type)
    {
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(content, type);
    }

    private static SessionId? Session(HttpRequest request) => SessionId.TryParse(request.Query[SessionKey], out var session) ? session : null;
}
