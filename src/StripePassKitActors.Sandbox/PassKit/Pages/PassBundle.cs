using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Members;

namespace StripePassKitActors.Sandbox.PassKit.Pages;

/// <summary>A pass as a file, as an iPhone would be given it, but for the signature: no device takes it.</summary>
internal static class PassBundle
{
    /// <summary>What such a file is called in HTTP.</summary>
    public const string MediaType = "application/vnd.apple.pkpass";

    public static byte[] Of(Member member, string program)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = zip.CreateEntry("pass.json").Open();
            using var writer = new StreamWriter(file);
            writer.Write(Json(member, program).ToJsonString());
        }

        return bytes.ToArray();
    }

    private static JsonObject Json(Member member, string program) => new()
    {
        ["formatVersion"] = 1,
        ["passTypeIdentifier"] = "pass.sandbox",
        ["teamIdentifier"] = "SANDBOX",
        ["serialNumber"] = member.Id,
        ["organizationName"] = program,
        ["description"] = $"{program} {member.TierId}",
        ["expirationDate"] = member.ExpiryDate?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["voided"] = member.IsExpired,
        ["barcodes"] = new JsonArray(new JsonObject { ["format"] = "PKBarcodeFormatQR", ["message"] = member.Id, ["messageEncoding"] = "iso-8859-1" }),
        ["storeCard"] = new JsonObject
        {
            ["primaryFields"] = new JsonArray(new JsonObject { ["key"] = "name", ["label"] = "Member", ["value"] = member.DisplayName }),
        },
    };
}
