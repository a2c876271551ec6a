using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapr.Actors;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>The customers app as it ships. It counts the events that it took on its own meter.</summary>
internal sealed class Ours : Entrant
{
    private readonly MeterListener listener = new();
    private readonly Action<WebApplicationBuilder>? configure;
    private object? meters;

    /// <param name="configure">The last word before the app is built.</param>
    public Ours(Action<WebApplicationBuilder>? configure = null)
    {
        this.configure = configure;
        listener.InstrumentPublished = (instrument, listening) =>
        {
            // Two of them may run in this process; each counts its own.
            if (instrument.Meter.Name == CustomersMetrics.Name && instrument.Meter.Scope == meters && instrument.Name == "customers.events")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (!tags.Contains(new("outcome", "duplicate"))) Progress.Add(count);
        });
    }

    public override ImmutableDictionary<string, string> Settings => TestSettings.Customers;

    public override async Task<WebApplication> BuildAsync(string[] args)
    {
        var app = await Customers.Program.BuildAsync(
            builder =>
            {
                builder.Services.AddSingleton<IStartupFilter>(Gate);
                configure?.Invoke(builder);
            },
            args);
        meters = app.Services.GetRequiredService<IMeterFactory>();
        listener.Start();
        return app;
    }

    public override async Task<Totals> TotalsAsync(IServiceProvider services, string customer)
    {
        var record = await RecordAsync(services, customer);
        return new Totals(
            record.Spend.Sum(row => row.Amount),
            record.Subscriptions.SelectMany(row => row.Items).Max(item => item.CurrentPeriodEnd)?.ToUnixTimeSeconds() ?? 0);
    }

    /// <summary>How large a customer's record is, in bytes of JSON.</summary>
    public static async Task<int> RecordSizeAsync(IServiceProvider services, string customer) =>
        JsonSerializer.SerializeToUtf8Bytes(await RecordAsync(services, customer), StateJson.CustomerState).Length;

    public override void Dispose()
    {
        listener.Dispose();
        base.Dispose();
    }

    private static async Task<CustomerState> RecordAsync(IServiceProvider services, string customer) =>
        await services.GetRequiredService<CustomerStore>().ReadRecordAsync(new ActorId(customer))
        ?? throw new InvalidOperationException($"Nothing is known of {customer}.");
}
