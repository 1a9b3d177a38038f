using System.Buffers;

namespace NexRender.Listener.Http;

/// <summary>Reads the body of a request, completely or not at all.</summary>
internal sealed class BodyReader(HttpLimits limits, MemoryBudget budget)
{
    // With a larger buffer, a body of many tiny chunks overflows the stack inside HttpListener, which ends the process.
    private const int ChunkedReadSize = 2048;
    private const int InitialBufferSize = 64 << 10;

    private static (int Status, string Message) TooLarge => (413, "Body exceeded 100mb limit");

    /// <summary>Returns the error for a request whose headers rule out its body; <c>null</c> if the body can be read.</summary>
    public (int Status, string Message)? CheckHeaders(Exchange exchange)
    {
        var request = exchange.Request;
        var encoding = request.Headers["Content-Encoding"];
        if (!string.IsNullOrEmpty(encoding) && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return (415, $"a body with Content-Encoding {encoding} is not supported; send the body uncompressed");
        if (!IsJson(request.ContentType))
            return (415, "the body must be JSON, and the request must say so; with curl, add: -H 'Content-Type: application/json'");
        return request.ContentLength64 > limits.MaxRequestBodySize ? TooLarge : null;
    }

    /// <summary>Reads the complete body.</summary>
    /// <returns>The bytes, to be returned to <see cref="Release"/>.</returns>
    /// <exception cref="HttpStatusException">The body is too large, or the memory for bodies is exhausted.</exception>
    /// <exception cref="IOException">The body ended early.</exception>
    public async ValueTask<ArraySegment<byte>> ReadAsync(Exchange exchange)
    {
        var expected = exchange.Request.ContentLength64;
        if (expected == 0 || !exchange.Request.HasEntityBody) return MarkRead(exchange, []);
        var input = exchange.Request.InputStream;
        var buffer = Rent(expected > 0 ? (int)Math.Min(expected, InitialBufferSize) : InitialBufferSize);
        var length = 0;
        try
        {
            while (length != expected)
            {
                if (length == buffer.Length) buffer = Grow(buffer, length);
                var portion = expected < 0
                    ? Math.Min(ChunkedReadSize, buffer.Length - length)
                    : (int)Math.Min(expected, buffer.Length) - length;
                var read = await input.ReadAsync(buffer.AsMemory(length, portion)).ConfigureAwait(false);
                if (read == 0) break;
                length += read;
                exchange.ExtendDeadline(read);
                if (length > limits.MaxRequestBodySize) throw new HttpStatusException(TooLarge.Status, TooLarge.Message);
            }
            if (expected >= 0 && length != expected) throw new IOException("the body is shorter than announced");
            return MarkRead(exchange, new ArraySegment<byte>(buffer, 0, length));
        }
        catch
        {
            Return(buffer);
            throw;
        }
    }

    /// <summary>Drains an unread body briefly: a client that is still sending does not see the response.</summary>
    public async ValueTask DrainAsync(Exchange exchange)
    {
        var buffer = new byte[ChunkedReadSize];
        var deadline = Environment.TickCount64 + (long)limits.BodyDrainTimeout.TotalMilliseconds;
        for (var remaining = InitialBufferSize; remaining > 0;)
        {
            var read = exchange.Request.InputStream.ReadAsync(buffer).AsTask();
            var timeout = deadline - Environment.TickCount64;
            if (timeout <= 0 || await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(timeout))).ConfigureAwait(false) != read)
            {
                // The read cannot be cancelled; it ends with the connection, and its exception is of no interest then.
                _ = read.ContinueWith(static late => _ = late.Exception, TaskContinuationOptions.OnlyOnFaulted);
                return;
            }
            var length = await read.ConfigureAwait(false);
            if (length == 0)
            {
                exchange.IsBodyRead = true;
                return;
            }
            remaining -= length;
        }
    }

    /// <summary>Returns the memory of a body.</summary>
    public void Release(ArraySegment<byte> body)
    {
        if (body.Array is { Length: > 0 } buffer) Return(buffer);
    }

    private static ArraySegment<byte> MarkRead(Exchange exchange, ArraySegment<byte> body)
    {
        exchange.IsBodyRead = true;
        return body;
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        var end = contentType.IndexOf(';');
        var type = (end < 0 ? contentType : contentType.AsSpan(0, end)).Trim();
        var parameters = end < 0 ? default : contentType.AsSpan(end);
        var isJson = type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        return isJson
            && !parameters.Contains("utf-16", StringComparison.OrdinalIgnoreCase)
            && !parameters.Contains("utf-32", StringComparison.OrdinalIgnoreCase);
    }

    private byte[] Rent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            budget.Reserve(buffer.Length);
            return buffer;
        }
        catch (HttpStatusException)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private byte[] Grow(byte[] buffer, int length)
    {
        var larger = Rent((int)Math.Min(Math.Max(buffer.Length * 2L, 2), limits.MaxRequestBodySize + 1L));
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer);
        return larger;
    }

    private void Return(byte[] buffer)
    {
        budget.Release(buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
