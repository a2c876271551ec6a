using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>Stripe's dashboard: whose money came from where, and what may be done about it. Each action leads back to the page it was on.</summary>
internal sealed class DashboardEndpoints(StripeSandbox sandbox)
{
    private const string Home = "/dashboard";

    private readonly Ledger ledger = new(sandbox);
    private readonly Dictionary<string, string> news = [];

    public void Map(WebApplication app)
    {
        app.MapGet(Home, (string? before, string? done) => ShowAll(before, News(done)));
        app.MapGet($"{Home}/guests", (string? done) => Show(ledger.Guests(), News(done)));
        app.MapGet($"{Home}/customers/{{id}}", (string id, string? done) =>
            ledger.Of(id) is { } file ? Show(file, News(done)) : Nobody("customer", id));
        app.MapPost($"{Home}/clock", MoveClockAsync);
        app.MapPost($"{Home}/webhooks", HoldWebhooksAsync);
        MapActions(app, sandbox.Operations);
    }

    private void MapActions(WebApplication app, StripeOperations stripe)
    {
        On("subscription", "plan", "The plan was changed.", (id, form) =>
            stripe.ChangePlan(id, form.Said("price") ?? throw StripeFault.Absent("price"), form.Said("proration") ?? "create_prorations"));
        On("subscription", "cancel", "The subscription was cancelled.", (id, _) => stripe.CancelNow(id));
        On("subscription", "end", "The subscription will end with its period.", (id, _) => stripe.CancelAtPeriodEnd(id));
        On("subscription", "keep", "The subscription goes on.", (id, _) => stripe.CancelAtPeriodEnd(id, cancel: false));
        On("subscription", "pause", "Collection is paused.", (id, form) => stripe.PauseCollection(id, form.Said("behavior") ?? "void"));
        On("subscription", "resume", "Collection is resumed.", (id, _) => stripe.ResumeCollection(id));
        On("customer", "card", "The card was changed.", (id, form) => stripe.ChangeCard(id, form.Said("card") ?? throw StripeFault.Absent("card")));
        On("customer", "delete", "The customer was deleted.", (id, _) => stripe.DeleteCustomer(id));
        On("invoice", "pay", "The invoice was paid.", (id, _) => stripe.PayInvoice(id));
        On("charge", "refund", "The money was given back.", (id, form) => stripe.Refund(id, Amount(id, form)));
        On("charge", "dispute", "The payment is disputed.", (id, form) => stripe.OpenDispute(id, Amount(id, form), form.Said("inquiry") is not null));
        On("refund", "fail", "The refund failed.", (id, _) => stripe.FailRefund(id));
        On("dispute", "win", "The dispute was won.", (id, _) => stripe.WinDispute(id));
        On("dispute", "lose", "The dispute was lost.", (id, _) => stripe.LoseDispute(id));
        On("event", "deliver", "The event is delivered once more.", (id, _) =>
        {
            stripe.DeliverAgain(id);
            return null;
        });
        foreach (var kind in (string[])["customer", "subscription", "charge"])
        {
            On(kind, "set", "Metadata was set.", (id, form) =>
                stripe.SetMetadata($"/v1/{kind}s/{id}", Key(form), form.Said("value") ?? throw StripeFault.Absent("value")));
            On(kind, "unset", "Metadata was removed.", (id, form) => stripe.SetMetadata($"/v1/{kind}s/{id}", Key(form), null));
        }

        void On(string kind, string verb, string said, Func<string, IFormCollection, JsonObject?> act)
        {
            news[$"{kind}-{verb}"] = said;
            app.MapPost($"{Home}/{kind}s/{{id}}/{verb}", async Task<IResult> (string id, HttpRequest request) =>
            {
                if (ledger.OwnerOf(kind, id) is not { } owner) return Nobody(kind, id);
                var form = await request.FormAsync();
                try
                {
                    act(id, form);
                    return TypedResults.LocalRedirect($"{Page(owner)}?done={kind}-{verb}");
                }
                catch (StripeFault fault)
                {
                    return Show(FileOf(owner), new Notice(fault.Message, IsBad: true), fault.Status);
                }
            });
        }
    }

    private async Task<IResult> MoveClockAsync(HttpRequest request)
    {
        var form = await request.FormAsync();
        var now = sandbox.Operations.Now;
        TimeSpan? forward = form.Said("by") switch
        {
            "hour" => TimeSpan.FromHours(1),
            "day" => TimeSpan.FromDays(1),
            "week" => TimeSpan.FromDays(7),
            "month" => now.AddMonths(1) - now,
            _ => null,
        };
        if (forward is null) return Refuse("The clock moves by an hour, a day, a week or a month.");
        if (!sandbox.Operations.CanMoveClock) return Refuse("The clock here is the machine's, and that cannot be moved.");

        sandbox.Operations.MoveClock(forward.Value);
        return TypedResults.LocalRedirect($"{Back(form)}?done=clock");

        IResult Refuse(string why) => ShowAll(null, new Notice(why, IsBad: true), StatusCodes.Status400BadRequest);
    }

    private async Task<IResult> HoldWebhooksAsync(HttpRequest request)
    {
        var form = await request.FormAsync();
        sandbox.HoldsWebhooks = form.Said("held") == "yes";
        return TypedResults.LocalRedirect($"{Back(form)}?done=webhooks");
    }

    private string Back(IFormCollection form) => form.Said("back") is { } back && IsPage(back) ? back : Home;

    private RazorComponentResult<DashboardPage> ShowAll(string? before, Notice? notice, int status = StatusCodes.Status200OK) => new(new
    {
        Rows = ledger.Rows(before),
        Guests = ledger.PaidOfGuests(),
        Notice = notice,
    })
    {
        StatusCode = status,
    };

    private RazorComponentResult<CustomerPage> Show(CustomerFile file, Notice? notice, int status = StatusCodes.Status200OK) => new(new
    {
        File = file,
        Plans = Catalogue.Of(sandbox).Where(offer => offer.IsPlan).ToList(),
        Notice = notice,
    })
    {
        StatusCode = status,
    };

    private CustomerFile FileOf(string owner) => owner.Length == 0 ? ledger.Guests() : ledger.Of(owner)!;

    private Notice? News(string? done) => done switch
    {
        null => null,
        "clock" => new Notice($"The clock was moved to {Shown.Time(sandbox.Operations.Now)}.", IsBad: false),
        "webhooks" => new Notice(sandbox.HoldsWebhooks ? "Webhooks are held back." : "Webhooks leave at once.", IsBad: false),
        _ => news.TryGetValue(done, out var said) ? new Notice(said, IsBad: false) : null,
    };

    private long? Amount(string charge, IFormCollection form) =>
        Shown.Typed(form.Said("amount"), sandbox.Call("GET", $"/v1/charges/{charge}").Text("currency"));

    private static string Key(IFormCollection form) => form.Said("key") switch
    {
        null => throw StripeFault.Absent("key"),
        var key when key.AsSpan().ContainsAny('[', ']') => throw StripeFault.Invalid("Metadata keys cannot include square brackets.", "key"),
        var key => key,
    };

    private bool IsPage(string path) =>
        path == Page("") || (path.Split('/')[^1] is var customer && path == Page(customer) && ledger.OwnerOf("customer", customer) is not null);

    private static string Page(string owner) => owner.Length == 0 ? $"{Home}/guests" : $"{Home}/customers/{owner}";

    private static RazorComponentResult Nobody(string kind, string id) =>
        StripePages.Sorry(StripeFault.Missing(kind, id, "id").Message, Places.Dashboard, StatusCodes.Status404NotFound);
}

/// <summary>What a page says about the action that led to it.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="IsBad">Whether the action was refused.</param>
public sealed record Notice(string Text, bool IsBad);
