namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>Looking at programs from outside.</summary>
internal static class Http
{
    public static HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>For what may rightly take its time.</summary>
    public static HttpClient Patient { get; } = new() { Timeout = Eventually.Patience };

    /// <summary>Whether the address answers with success; a refused connection is a no, and so is silence.</summary>
    public static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(address), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception no) when (no is HttpRequestException || (no is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
