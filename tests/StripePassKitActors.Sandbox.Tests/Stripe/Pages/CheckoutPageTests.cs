using System.Net;

namespace StripePassKitActors.Sandbox.Tests.Stripe.Pages;

public sealed class CheckoutPageTests
{
    [Theory]
    [InlineData("4000000000000002", "The card was declined. Try another.")]
    [InlineData("4000000000009995", "The card has insufficient funds. Try another.")]
    public async Task A_card_that_is_declined_leaves_the_page_for_another(string card, string message)
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Concert ticket", "guest");

        await visitor.PressAsync("Pay", ("card", card), ("email", "guest@example.com"));
        Assert.Equal((HttpStatusCode.PaymentRequired, message), (visitor.Status, visitor.Notice));
        Assert.Equal("guest@example.com", visitor.Page.QuerySelector("#email")!.GetAttribute("value"));

        await visitor.PressAsync("Pay", ("card", "4242424242424242"));
        Assert.Equal("Thank you", visitor.Title);
    }

    [Fact]
    public async Task A_plan_paid_with_a_card_that_declines_is_not_bought()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Gold");

        await visitor.PressAsync("Pay", ("card", "4000000000000002"));

        Assert.Equal("The card was declined. Try another.", visitor.Notice);
        Assert.Empty(visitor.All("subscription"));
    }

    [Fact]
    public async Task A_card_that_fails_later_pays_in_the_checkout_and_not_the_renewal()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.SubscribeAsync(card: "4000000000000341");

        await visitor.PressAsync("a month");
        await visitor.PressAsync("an hour");

        Assert.Equal("past_due", (string?)visitor.One("subscription")["status"]);
        Assert.Contains("past due", visitor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_wants_authentication_pays_once_its_holder_confirms()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Concert ticket", "guest");

        await visitor.PressAsync("Pay", ("card", "4000002500003155"), ("email", "guest@example.com"), ("name", "A Guest"));
        Assert.Equal("Is it you?", visitor.Title);
        await visitor.PressAsync("Confirm");

        Assert.Equal("Thank you", visitor.Title);
        Assert.Equal("guest@example.com", (string?)visitor.One("charge")["billing_details"]!["email"]);
    }

    [Fact]
    public async Task A_holder_who_refuses_pays_nothing_and_may_try_again()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Gold");

        await visitor.PressAsync("Pay", ("card", "4000002500003155"));
        await visitor.PressAsync("Refuse");
        Assert.Equal((HttpStatusCode.PaymentRequired, "Checkout"), (visitor.Status, visitor.Title));
        Assert.Contains("You did not confirm", visitor.Notice, StringComparison.Ordinal);
        Assert.Empty(visitor.All("charge"));

        await visitor.PressAsync("Pay");
        await visitor.PressAsync("Confirm");
        Assert.Equal("active", (string?)visitor.One("subscription")["status"]);
    }

    [Fact]
    public async Task A_number_that_is_typed_counts_with_or_without_blanks()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Gold");

        await visitor.PressAsync("Pay", ("number", "1234"));
        Assert.Contains("Your card number is incorrect", visitor.Notice, StringComparison.Ordinal);

        await visitor.PressAsync("Pay", ("number", "5555 5555 5555 4444"));
        Assert.Equal("4444", (string?)visitor.One("charge")["payment_method_details"]!["card"]!["last4"]);
    }

    [Fact]
    public async Task A_guest_without_an_address_is_asked_for_one()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Concert ticket", "guest");

        await visitor.PressAsync("Pay", ("email", ""));

        Assert.Equal((HttpStatusCode.BadRequest, "Give an e-mail address."), (visitor.Status, visitor.Notice));
    }

    [Fact]
    public async Task A_checkout_that_is_over_says_so_and_takes_no_money()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.ChooseAsync("Gold");
        var checkout = visitor.At.AbsolutePath;
        await visitor.PressAsync("Pay");

        await visitor.GoAsync(checkout);
        Assert.Contains("This checkout is complete", visitor.Text, StringComparison.Ordinal);
        await visitor.PostAsync(checkout, ("card", "4242424242424242"));
        Assert.Equal(HttpStatusCode.BadRequest, visitor.Status);
        Assert.Single(visitor.All("charge"));

        await visitor.ChooseAsync("Gold");
        checkout = visitor.At.AbsolutePath;
        visitor.Sandbox.Operations.MoveClock(TimeSpan.FromDays(2));
        await visitor.GoAsync(checkout);
        Assert.Contains("This checkout has expired", visitor.Text, StringComparison.Ordinal);
        await visitor.GoAsync($"/thanks?session_id={checkout.Split('/')[^1]}");
        Assert.Equal("Not paid", visitor.Title);
    }
}
