using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Stripe;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Local.Sidecar;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>A merchant with the whole service on a platform, a PassKit, and a Stripe that says what a test wants it to say.</summary>
internal sealed class Merchant : IAsyncDisposable
{
    private readonly RunningPassKitSandbox passKit;

    private Merchant(RunningPassKitSandbox passKit, TestService service)
    {
        this.passKit = passKit;
        Service = service;
    }

    public TestService Service { get; }

    public PassKitSandbox PassKit => passKit.Sandbox;

    public Uri PassKitAddress => passKit.Address;

    /// <summary>The customers' actors, past the broker.</summary>
    public CustomerActors Actors => Service.Customers.App.Services.GetRequiredService<CustomerActors>();

    public static async Task<Merchant> OpenAsync(
        IPlatform platform,
        CancellationToken cancellationToken,
        Func<string, string, string>? editComponents = null,
        Action<WebApplicationBuilder>? configureCustomers = null,
        AppHealthCheck? healthCheck = null,
        params (string Key, string Value)[] customersSettings)
    {
        var settings = TestSettings.Customers.SetItems(customersSettings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        var options = new PassKitSandboxOptions
        {
            ApiKey = settings["PassKit:ApiKey"],
            ApiSecret = settings["PassKit:ApiSecret"],
            ProgramId = settings["PassKit:ProgramId"],
            TierIds = ["bronze", "silver", "gold"],
        };
        var passKit = await PassKitSandboxApp.StartAsync(new PassKitSandbox(options, TimeProvider.System), $"http://{platform.AppsListenOn}:0", cancellationToken);
        try
        {
            var service = await TestService.StartAsync(
                platform,
                new TestServiceOptions(args => Ingress.Program.BuildAsync(args), args => Customers.Program.BuildAsync(configureCustomers ?? (_ => { }), args))
                {
                    CustomersSettings = settings,
                    PassKitPort = passKit.Address.Port,
                    EditComponents = editComponents ?? TestServiceOptions.Sooner,
                    HealthCheck = healthCheck ?? SidecarOptions.Patient,
                },
                cancellationToken);
            return new Merchant(passKit, service);
        }
        catch
        {
            await passKit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Delivers an event as Stripe does, until the ingress has it.</summary>
    public async Task StripeSaysAsync(StripeEvent said, CancellationToken cancellationToken)
    {
        await Eventually.Async(() => PostAsync(said.Json, cancellationToken), status => status == HttpStatusCode.OK, "the ingress has it", cancellationToken: cancellationToken);
    }

    public Task<HttpStatusCode> PostAsync(string body, CancellationToken cancellationToken) => PostAsync(Service.Ingress.Client, body, cancellationToken);

    /// <summary>Posts a body to an ingress, signed as Stripe signs.</summary>
    public static async Task<HttpStatusCode> PostAsync(HttpClient ingress, string body, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Stripe-Signature", EventUtility.GenerateSignatureHeader(body, TestSettings.WebhookSecret, now));
        using var response = await ingress.SendAsync(request, cancellationToken);
        return response.StatusCode;
    }

    /// <summary>What an operator gets from a route of <c>customers</c>; null: 404.</summary>
    public async Task<JsonNode?> OperatorAsync(HttpMethod method, string route, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, route);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestSettings.OperatorKey);
        using var response = await Service.Customers.Client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;

        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
    }

    /// <summary>Inspects a customer until it is right.</summary>
    public Task<JsonNode?> InspectAsync(string customer, Func<JsonNode, bool> right, string because, CancellationToken cancellationToken) =>
        Eventually.Async(
            () => OperatorAsync(HttpMethod.Get, $"api/customers/{customer}", cancellationToken),
            inspection => inspection is not null && right(inspection),
            because,
            cancellationToken: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await passKit.DisposeAsync();
    }
}
