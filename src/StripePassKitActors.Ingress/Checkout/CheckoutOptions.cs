using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>What the checkout page looks like and who else may ask; section <c>Checkout</c>.</summary>
public sealed partial class CheckoutOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Checkout";

    /// <summary>The page's colour where the merchant chose none.</summary>
    public const string OwnColor = "#4b3fd6";

    private const int LongestName = 60;

    /// <summary>What buyers know the merchant by; empty: the page names nobody.</summary>
    public string? Name { get; set; }

    /// <summary>The merchant's logo: an https address, or a <c>data:image/…</c> of its own; empty: none.</summary>
    public string? LogoUrl { get; set; }

    /// <summary>The colour of buttons and of the page's edge, <c>#rrggbb</c>.</summary>
    public string? Color { get; set; }

    /// <summary>Where buyers go on; empty: nowhere.</summary>
    public string? ContinueUrl { get; set; }

    /// <summary>Origins (<c>https://shop.example.com</c>) whose pages may read <c>/checkout/pass</c>.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    private static bool IsWeb(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme is "https" || (address.Scheme is "http" && address.IsLoopback)) && address.UserInfo.Length is 0;

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex HexColor();

    [GeneratedRegex(@"^data:image/(png|jpeg|gif|webp|avif|svg\+xml);base64,[A-Za-z0-9+/=]+\z")]
    private static partial Regex ImageData();

    /// <summary>What would end a source in a Content-Security-Policy.</summary>
    [GeneratedRegex(@"[\s;,'""]")]
    private static partial Regex EndsSource();

    /// <summary>Says what is wrong, one sentence a setting.</summary>
    public sealed class Validator(IConfiguration configuration) : IValidateOptions<CheckoutOptions>
    {
        private static readonly string[] Known = [nameof(Name), nameof(LogoUrl), nameof(Color), nameof(ContinueUrl), nameof(AllowedOrigins)];

        /// <inheritdoc/>
        public ValidateOptionsResult Validate(string? name, CheckoutOptions options)
        {
            var failures = Failures(options).ToList();
            return failures.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private IEnumerable<string> Failures(CheckoutOptions options)
        {
            foreach (var unknown in configuration.GetSection(Section).GetChildren().Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
                yield return $"{Section}:{unknown.Key} is no setting; there are {string.Join(", ", Known)}.";

            if (options.Name is { Length: > LongestName }) yield return $"{Section}:{nameof(Name)} must have at most {LongestName} characters.";
            if (options.LogoUrl is { Length: > 0 } logo && !(IsWeb(logo) && !EndsSource().IsMatch(logo)) && !ImageData().IsMatch(logo))
                yield return $"{Section}:{nameof(LogoUrl)} must be an https address without spaces, quotes, ';' or ',', or a data:image/…;base64,… of its own.";
            if (options.Color is { Length: > 0 } color && !HexColor().IsMatch(color)) yield return $"{Section}:{nameof(Color)} must be a colour such as #4b3fd6.";
            if (options.ContinueUrl is { Length: > 0 } next && !IsWeb(next)) yield return $"{Section}:{nameof(ContinueUrl)} must be an https address.";
            for (var i = 0; i < options.AllowedOrigins.Length; i++)
            {
                if (!IsWeb(options.AllowedOrigins[i]) || new Uri(options.AllowedOrigins[i]).GetLeftPart(UriPartial.Authority) != options.AllowedOrigins[i])
                    yield return $"{Section}:{nameof(AllowedOrigins)}:{i} must be an origin such as https://shop.example.com, in lower case and with nothing after its host or port.";
            }
        }
    }
}
