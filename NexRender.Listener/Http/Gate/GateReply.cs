using System.Globalization;
using System.Net;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Http.Gate;

/// <summary>Formats the responses that the gate itself sends; each closes the connection.</summary>
internal sealed class GateReply(string product)
{
    /// <summary>The interim response after which a client sends its body.</summary>
    public static readonly byte[] Continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    /// <summary>Formats a response; without its body if the request is HEAD.</summary>
    public byte[] Write(ApiResponse response, bool isHead)
    {
        var body = response.Content is FixedContent content ? content.Bytes : [];
        var head = new StringBuilder(512);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {response.Status} {Phrase(response.Status)}\r\n");
        foreach (var (name, value) in ResponseWriter.CommonHeaders.Concat(response.Headers))
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Server: {product}\r\nDate: {DateTimeOffset.UtcNow:R}\r\n");
        if (response.ContentType is not null) head.Append("Content-Type: ").Append(response.ContentType).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        // Only too many requests at once have this status here, and that is over soon.
        if (response.Status == 503) head.Append("Retry-After: 1\r\n");
        head.Append("Connection: close\r\n\r\n");
        byte[] bytes = Encoding.ASCII.GetBytes(head.ToString());
        return isHead ? bytes : [.. bytes, .. body];
    }

    private static string Phrase(int status) => status switch
    {
        408 => "Request Timeout",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        _ => Enum.IsDefined((HttpStatusCode)status) ? Spaced(((HttpStatusCode)status).ToString()) : "Unknown",
    };

    private static string Spaced(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}"));
}
