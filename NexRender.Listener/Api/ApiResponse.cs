using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>A status and a body, of which the length is known before the first byte is sent.</summary>
internal sealed class ApiResponse
{
    private ApiResponse(int status, bool isJson, IReadOnlyList<byte[]>? items, byte[] body, long length)
    {
        (Status, IsJson, Items, Body, Length) = (status, isJson, items, body, length);
    }

    public int Status { get; }

    /// <summary>Whether the body is JSON; else it is text.</summary>
    public bool IsJson { get; }

    /// <summary>The items of an array, where the body is one; they are sent with commas between them.</summary>
    public IReadOnlyList<byte[]>? Items { get; }

    public byte[] Body { get; }

    public long Length { get; }

    /// <summary>The methods that the path has, where the one asked for is not among them.</summary>
    public string? Allow { get; init; }

    /// <summary>Whether the answer tells a browser what it may send.</summary>
    public bool IsPreflight { get; init; }

    public static ApiResponse Json(byte[] body) => new(200, true, null, body, body.Length);

    public static ApiResponse JsonArray(IReadOnlyList<byte[]> items)
    {
        var length = 2L + Math.Max(0, items.Count - 1);
        foreach (var item in items) length += item.Length;
        return new ApiResponse(200, true, items, [], length);
    }

    public static ApiResponse Text(int status, string text) => FromText(status, text, null);

    /// <summary>The answer to a preflight.</summary>
    public static ApiResponse Preflight() => new(200, false, null, "ok"u8.ToArray(), 2) { IsPreflight = true };

    public static ApiResponse MethodNotAllowed(string allow) => FromText(405, $"method not allowed here; allowed: {allow}", allow);

    public static ApiResponse Refused(Refusal refusal) => Text(
        refusal.Kind switch
        {
            RefusalKind.NotFound => 404,
            RefusalKind.Conflict => 409,
            RefusalKind.Unavailable => 503,
            RefusalKind.DiskFull => 507,
            _ => 400,
        },
        refusal.Message);

    private static ApiResponse FromText(int status, string text, string? allow)
    {
        var body = Encoding.UTF8.GetBytes(text);
        return new ApiResponse(status, false, null, body, body.Length) { Allow = allow };
    }
}
