using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>
/// Renders the page. By itself and not by <c>AddRazorComponents</c>, which brings forms, cookies and data protection that writes keys to disk: this page
/// has none of them.
/// </summary>
internal sealed class CheckoutPages(IServiceProvider services, ILoggerFactory loggers, IOptions<CheckoutOptions> options, PageFiles files)
{
    /// <summary>The page for one pass, on the device that asks.</summary>
    public Task<IResult> ShowAsync(BoughtPass pass, HttpRequest request, int status) => ShowAsync(pass, request, status, busy: false);

    /// <summary>The page for somebody who asks too often: nobody was asked how the pass stands.</summary>
    public Task<IResult> ShowBusyAsync(HttpRequest request) =>
        ShowAsync(BoughtPass.Of(CheckoutState.Waiting), request, StatusCodes.Status429TooManyRequests, busy: true);

    private async Task<IResult> ShowAsync(BoughtPass pass, HttpRequest request, int status, bool busy)
    {
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(CheckoutPage.Pass)] = ShownPass.Of(pass),
            [nameof(CheckoutPage.Device)] = Devices.Of(request.Headers.UserAgent.ToString()),
            [nameof(CheckoutPage.Look)] = options.Value,
            [nameof(CheckoutPage.Files)] = files,
            [nameof(CheckoutPage.Busy)] = busy,
        });
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CheckoutPage>(parameters)).ToHtmlString());
        return Results.Text(html, MediaTypeNames.Text.Html, Encoding.UTF8, status);
    }
}
