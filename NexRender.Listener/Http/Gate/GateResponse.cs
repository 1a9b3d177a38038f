using System.Globalization;
using System.Net;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Responses;

namespace NexRender.Listener.Http.Gate;

/// <summary>Writes the responses of the gate itself. The connection is closed after each.</summary>
/// <param name="product">The name and the version of the server, for the <c>Server</c> header.</param>
internal sealed class GateResponse(string product)
{
    private const string RetryAfter = "Retry-After: 1\r\n";

    /// <summary>The interim response to a client that waits before it sends its body.</summary>
    public static readonly byte[] Continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    /// <summary>Returns the bytes of a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isHead">True if the request was HEAD.</param>
    public byte[] Write(ApiResponse response, bool isHead)
    {
        var body = response.Content is FixedContent content ? content.Bytes : [];
        var head = new StringBuilder(512);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {response.Status} {Phrase(response.Status)}\r\n");
        foreach (var (name, value) in ResponseWriter.CommonHeaders.Concat(response.Headers)) head.Append($"{name}: {value}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Server: {product}\r\nDate: {DateTimeOffset.UtcNow:R}\r\n");
        if (response.ContentType is not null) head.Append($"Content-Type: {response.ContentType}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        if (response.Status == 503) head.Append(RetryAfter);
        head.Append("Connection: close\r\n\r\n");
        byte[] bytes = Encoding.ASCII.GetBytes(head.ToString());
        return isHead ? bytes : [.. bytes, .. body];
    }

    // The framework's names of these differ from the words of RFC 9110 by more than spaces.
    private static string Phrase(int status) => status switch
    {
        413 => "Content Too Large",
        414 => "URI Too Long",
        505 => "HTTP Version Not Supported",
        _ => Enum.IsDefined((HttpStatusCode)status) ? WithSpaces($"{(HttpStatusCode)status}") : "Unknown",
    };

    private static string WithSpaces(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}"));
}
