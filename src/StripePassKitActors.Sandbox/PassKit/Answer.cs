using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>gRPC's codes: PassKit is a gRPC service behind a gateway, and its error bodies carry these next to the HTTP status.</summary>
internal enum GrpcCode
{
    None = 0,
    InvalidArgument = 3,
    NotFound = 5,
    AlreadyExists = 6,
    FailedPrecondition = 9,
    Unimplemented = 12,
}

/// <summary>What the sandbox says to one call: a status and either JSON, a page, or JSON line by line.</summary>
internal sealed record Answer(int Status, JsonNode? Body, string? Page = null, string? Lines = null)
{
    /// <summary>What stands before PassKit answers an unknown path, not PassKit: a page, no JSON.</summary>
    public static Answer UnknownPath { get; } = new(404, null,
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n");

    public static Answer WrongVerb { get; } = Refuse(GrpcCode.Unimplemented, "Method Not Allowed");

    public static Answer Ok(JsonNode body) => new(200, body);

    /// <summary>A list as PassKit's gateway streams it: one <c>{"result":…}</c> a line, and nothing at all if it is empty.</summary>
    public static Answer Stream(IEnumerable<JsonObject> results) =>
        new(200, null, Lines: string.Concat(results.Select(result => new JsonObject { ["result"] = result }.ToJsonString() + "\n")));

    public static Answer Id(string id) => new(200, new JsonObject { ["id"] = id });

    public static Answer Unauthorized(string why) => new(401, new JsonObject { ["error"] = why });

    /// <summary>An answer that a fault asks for.</summary>
    public static Answer Fault(int status) => new(status, Error(14, "the sandbox was told to fail this call"));

    public static Answer Missing(string what, string id) => Refuse(GrpcCode.NotFound, $"{what} with id[{id}] does not exist");

    public static Answer Invalid(string message) => Refuse(GrpcCode.InvalidArgument, message);

    public static Answer FieldFails(string message, string field, string tag)
    {
        var name = char.ToUpperInvariant(field[0]) + field[1..];
        return Invalid($"Key: '{message}.{name}' Error:Field validation for '{name}' failed on the '{tag}' tag");
    }

    public static Answer Refuse(GrpcCode code, string message) => new(
        code switch
        {
            GrpcCode.InvalidArgument or GrpcCode.FailedPrecondition => 400,
            GrpcCode.NotFound => 404,
            GrpcCode.AlreadyExists => 409,
            GrpcCode.Unimplemented => 501,
            _ => 500,
        },
        Error((int)code, message));

    private static JsonObject Error(int code, string message) =>
        new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
}
