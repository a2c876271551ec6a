using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using StripePassKitActors.Local.Sidecar.Resources;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>
/// The output binding <c>bindings.http</c>. The operation is the verb; a body goes out with POST, PUT and PATCH only, a DELETE loses it. A metadata
/// key whose first letter is upper case becomes a request header. Status and headers of the answer come back as metadata.
/// </summary>
internal sealed partial class HttpBinding : IDisposable
{
    private const string Json = "application/json; charset=utf-8";
    private const string Operations = "create get head post put patch delete options trace";

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly Component component;
    private readonly TimeSpan timeout;
    private readonly int largest;

    public HttpBinding(Component component)
    {
        this.component = component;
        if (!component.Metadata.ContainsKey("url")) throw new InvalidDataException($"The component {component.Name} has no url.");
        timeout = component.Metadata.TryGetValue("responseTimeout", out var text)
            ? Durations.Parse(text) ?? throw new InvalidDataException($"responseTimeout of {component.Name} is no duration: {text}.")
            : Timeout.InfiniteTimeSpan;
        largest = Bytes(component.Metadata.GetValueOrDefault("maxResponseBodySize") ?? "100Mi");
    }

    /// <summary>Calls out.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 2xx and was to count as an error; its text is Dapr's.</exception>
    public async Task<(byte[] Data, Dictionary<string, string> Metadata)> InvokeAsync(
        string operation, ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        if (!Operations.Split(' ').Contains(operation))
        {
            throw new InvalidOperationException($"binding {component.Name} does not support operation {operation}. supported operations:{Operations}");
        }

        using var request = Request(operation == "create" ? HttpMethod.Post : HttpMethod.Parse(operation.ToUpperInvariant()), data, metadata);
        using var limit = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var response = await http.SendAsync(request, either.Token);

        var status = (int)response.StatusCode;
        if (!response.IsSuccessStatusCode && Setting("errorIfNot2XX") is not "false") throw new InvalidOperationException($"received status code {status}");

        var told = new Dictionary<string, string>
        {
            ["statusCode"] = status.ToString(CultureInfo.InvariantCulture),
            ["status"] = $"{status} {response.ReasonPhrase}",
        };
        var body = await CutAsync(response.Content, either.Token);
        foreach (var header in response.Headers.Concat(response.Content.Headers)) told[header.Key] = string.Join(", ", header.Value);
        return (body, told);

        string? Setting(string name) => metadata.GetValueOrDefault(name) ?? component.Metadata.GetValueOrDefault(name);
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string> metadata)
    {
        var address = component.Metadata["url"].TrimEnd('/');
        if (metadata.GetValueOrDefault("path") is { Length: > 0 } path) address += "/" + path.TrimStart('/');

        var request = new HttpRequestMessage(method, new Uri(address));
        if (method == HttpMethod.Post || method == HttpMethod.Put || method == HttpMethod.Patch)
        {
            request.Content = new ReadOnlyMemoryContent(data) { Headers = { ContentType = MediaTypeHeaderValue.Parse(Json) } };
        }

        request.Headers.Accept.ParseAdd(Json);
        foreach (var (name, value) in metadata.Where(entry => char.IsAsciiLetterUpper(entry.Key[0])))
        {
            var ofContent = name.StartsWith("Content-", StringComparison.Ordinal);
            HttpHeaders headers = ofContent && request.Content is { } content ? content.Headers : request.Headers;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>What is larger is cut off without a word.</summary>
    private async Task<byte[]> CutAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (kept.Length < largest)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, largest - kept.Length)), cancellationToken);
            if (read == 0) break;
            await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return kept.ToArray();
    }

    private static int Bytes(string text)
    {
        var size = Size().Match(text);
        if (!size.Success) throw new UnsupportedException($"the size '{text}'");
        var unit = size.Groups["unit"].Value switch { "Ki" => 1024, "Mi" => 1024 * 1024, _ => 1 };
        return checked(int.Parse(size.Groups["count"].Value, CultureInfo.InvariantCulture) * unit);
    }

    [GeneratedRegex("^(?<count>[1-9][0-9]{0,5})(?<unit>Ki|Mi|)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Size();
}
