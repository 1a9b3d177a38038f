using System.Buffers;
using System.Net;
using System.Reflection;
using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>Sends a reply: its length first, head and first bytes in one write, because a second small one waits for the client's acknowledgement.</summary>
internal static class ResponseWriter
{
    // Larger bodies go out in slices, so that one costs no second copy of itself and a stalled reader is noticed.
    private const int Slice = 64 << 10;

    /// <summary>The name and the version by which the server answers.</summary>
    public static readonly string Server = $"nexrender-listener/{Version}";

    public static string Version => typeof(ResponseWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static async ValueTask Write(Exchange exchange, ApiResponse reply)
    {
        var response = exchange.Response;
        SetHead(exchange, reply);
        if (exchange.Method != "HEAD" && reply.Length > 0)
        {
            if (reply.Items is not null) await WriteArray(exchange, reply.Items).ConfigureAwait(false);
            else await WriteSlices(exchange, reply.Body).ConfigureAwait(false);
        }
        response.Close();
    }

    private static void SetHead(Exchange exchange, ApiResponse reply)
    {
        var response = exchange.Response;
        var headers = response.Headers;
        headers["Access-Control-Allow-Origin"] = "*";
        headers["Access-Control-Allow-Credentials"] = "true";
        headers[HttpResponseHeader.Server] = Server;
        if (reply.IsPreflight)
        {
            headers["Access-Control-Allow-Methods"] = "POST,GET,PUT,PATCH,DELETE,OPTIONS";
            headers["Access-Control-Allow-Headers"] =
                "X-Requested-With,Access-Control-Allow-Origin,X-HTTP-Method-Override,Content-Type,Authorization,Accept,nexrender-secret,nexrender-name";
            headers["Access-Control-Max-Age"] = "86400";
        }
        if (reply.Allow is not null) headers["Allow"] = reply.Allow;
        headers["Content-Type"] = reply.IsJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
        response.ContentLength64 = reply.Length;
        response.StatusCode = exchange.Status = reply.Status;
        // With an unread body the listener would wait for the rest of it, on a thread of the pool, before it looks for the next request.
        // Whether the client wants to keep the connection, the listener sees to by itself.
        response.KeepAlive = exchange.IsBodyRead;
    }

    private static async ValueTask WriteSlices(Exchange exchange, byte[] body)
    {
        var output = exchange.Response.OutputStream;
        for (var at = 0; at < body.Length; at += Slice)
        {
            var slice = body.AsMemory(at, Math.Min(Slice, body.Length - at));
            await output.WriteAsync(slice).ConfigureAwait(false);
            exchange.Extend(slice.Length);
        }
    }

    private static async ValueTask WriteArray(Exchange exchange, IReadOnlyList<byte[]> items)
    {
        var output = exchange.Response.OutputStream;
        var buffer = ArrayPool<byte>.Shared.Rent(Slice);
        try
        {
            var used = 0;
            buffer[used++] = (byte)'[';
            for (var i = 0; i < items.Count; i++)
            {
                var item = items[i].AsMemory();
                while (!item.IsEmpty)
                {
                    if (used == Slice) used = await Send(used).ConfigureAwait(false);
                    var part = item[..Math.Min(item.Length, Slice - used)];
                    part.Span.CopyTo(buffer.AsSpan(used));
                    used += part.Length;
                    item = item[part.Length..];
                }
                if (i == items.Count - 1) continue;
                if (used == Slice) used = await Send(used).ConfigureAwait(false);
                buffer[used++] = (byte)',';
            }
            if (used == Slice) used = await Send(used).ConfigureAwait(false);
            buffer[used++] = (byte)']';
            await Send(used).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask<int> Send(int length)
        {
            await output.WriteAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
            exchange.Extend(length);
            return 0;
        }
    }
}
