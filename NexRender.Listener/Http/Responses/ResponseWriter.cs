using System.Net;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Relay;

namespace NexRender.Listener.Http.Responses;

/// <summary>
/// Sends responses. The head and the first bytes of a body of known length go out in one write: a second small write would wait for the
/// client's acknowledgement, because HttpListener leaves Nagle's algorithm on.
/// </summary>
/// <param name="product">The name and the version of the server, for the <c>Server</c> header.</param>
internal sealed class ResponseWriter(string product)
{
    // Larger bodies are written in slices, so that one costs no second copy of itself and a stalled reader is noticed.
    private const int SliceSize = 64 << 10;

    /// <summary>The headers of every response, besides those of the server and of the content.</summary>
    public static readonly KeyValuePair<string, string>[] CommonHeaders =
    [
        new("Access-Control-Allow-Origin", "*"),
        new("Access-Control-Allow-Credentials", "true"),
    ];

    /// <summary>Sends a response.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="response">The response.</param>
    /// <param name="stopping">Ends a streamed body.</param>
    /// <exception cref="StreamFailedException">The writer of a streamed body failed.</exception>
    public async ValueTask WriteAsync(Exchange exchange, ApiResponse response, CancellationToken stopping)
    {
        var hasBody = exchange.Method != "HEAD" && response.Status is not (204 or 304);
        var isCompressed = hasBody && ListCompression.IsWanted(exchange, response);
        if (!isCompressed && response.Content is ListContent plain) await plain.MeasureAsync().ConfigureAwait(false);
        if (hasBody && (isCompressed || response.Content.Length is null)) exchange.Detach();
        SetHead(exchange, response, hasBody, isCompressed);
        // The gate sends the head of a detached body on before its first piece.
        if (exchange.DetachedBody is not null) exchange.SendHead();
        if (hasBody)
        {
            switch (response.Content)
            {
                case StreamedContent stream:
                    await new ResponseStream(exchange).RunAsync(stream, stopping).ConfigureAwait(false);
                    break;
                case ListContent list:
                    await new ListWriter(exchange, SliceSize).WriteAsync(list, isCompressed).ConfigureAwait(false);
                    break;
                case LargeContent large:
                    await new ListWriter(exchange, SliceSize).WriteAsync(large).ConfigureAwait(false);
                    break;
                case RelayedContent relayed:
                    await relayed.CopyAsync(piece => WritePieceAsync(exchange, piece), exchange.Disconnected).ConfigureAwait(false);
                    break;
                case FixedContent { Bytes: { Length: > 0 } bytes }:
                    await WriteSlicesAsync(exchange, bytes).ConfigureAwait(false);
                    break;
            }
        }
        exchange.Context?.Response.Close();
    }

    /// <summary>Writes a piece of a body, once the gate has received most of those before.</summary>
    public static async ValueTask WritePieceAsync(Exchange exchange, ReadOnlyMemory<byte> piece)
    {
        await exchange.PaceAsync(piece.Length).ConfigureAwait(false);
        await ListenerStreams.WriteAsync(exchange.Response.OutputStream, piece).ConfigureAwait(false);
        exchange.ExtendDeadline(piece.Length);
    }

    private void SetHead(Exchange exchange, ApiResponse response, bool hasBody, bool isCompressed)
    {
        var target = exchange.Response;
        var headers = target.Headers;
        foreach (var (name, value) in CommonHeaders) headers[name] = value;
        headers[HttpResponseHeader.Server] = product;
        foreach (var (name, value) in response.Headers) headers[name] = value;
        if (ListCompression.IsPossible(response)) headers["Vary"] = "Accept-Encoding";
        if (isCompressed) headers["Content-Encoding"] = "gzip";
        if (response.ContentType is not null) headers["Content-Type"] = response.ContentType;
        target.StatusCode = exchange.Status = response.Status;
        // With an unread body HttpListener would block a pool thread until the rest has come. Otherwise the client's wish counts.
        target.KeepAlive = exchange.IsBodyRead;
        if (!isCompressed && response.Content.Length is { } length) target.ContentLength64 = length;
        else if (!hasBody) target.ContentLength64 = 0;
        else if (exchange.DetachedBody is not null) AnnounceStream(target);
        else if (exchange.Request.ProtocolVersion > HttpVersion.Version10) target.SendChunked = true;
        else target.KeepAlive = false;
    }

    private static void AnnounceStream(HttpListenerResponse target)
    {
        target.Headers[Envelope.HeaderName] = Envelope.Stream;
        target.ContentLength64 = 0;
    }

    private static async ValueTask WriteSlicesAsync(Exchange exchange, byte[] body)
    {
        for (var at = 0; at < body.Length; at += SliceSize)
            await WritePieceAsync(exchange, body.AsMemory(at, Math.Min(SliceSize, body.Length - at))).ConfigureAwait(false);
    }
}
