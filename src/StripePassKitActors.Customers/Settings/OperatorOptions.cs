using Microsoft.Extensions.Options;

namespace StripePassKitActors.Customers.Settings;

/// <summary>Section <c>Operator</c>: who may inspect and repair.</summary>
public sealed class OperatorOptions
{
    private const int ShortestKey = 16;

    /// <summary>The bearer token of the operator routes.</summary>
    public string ApiKey { get; init; } = "";

    internal sealed class Validator(IConfiguration configuration) : IValidateOptions<OperatorOptions>
    {
        public ValidateOptionsResult Validate(string? name, OperatorOptions options)
        {
            List<string> failures = [];
            if (options.ApiKey.Trim().Length < ShortestKey) failures.Add($"Operator:ApiKey must have at least {ShortestKey} characters; it guards customer data.");

            // Without it anyone who reaches the port could deliver events and call actors.
            if (string.IsNullOrWhiteSpace(configuration["APP_API_TOKEN"])) failures.Add("APP_API_TOKEN is blank; set it alike for this app and its sidecar, so that only the sidecar may deliver.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
