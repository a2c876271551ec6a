namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>Looking at programs from outside.</summary>
internal static class Http
{
    public static HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Whether the address answers with success; a refused connection is a no.</summary>
    public static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(address), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
