using System.Buffers;

namespace NexRender.Listener.Http;

/// <summary>Reads the body of a request, whole or not at all.</summary>
internal sealed class BodyReader(HttpLimits limits, MemoryBudget budget)
{
    // Read with a large buffer, a body of many tiny chunks overflows the stack of the listener, and with it goes the process.
    private const int ChunkedRead = 2048;
    private const int FirstBuffer = 64 << 10;

    /// <summary>Says what is wrong with the headers of a request that brings a body; <c>null</c> where nothing is.</summary>
    public (int Status, string Message)? CheckHeaders(Exchange exchange)
    {
        var request = exchange.Request;
        if (request.Headers["Content-Encoding"] is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return (415, $"a body with Content-Encoding {encoding} is not understood; send it as it is");
        if (!IsJson(request.ContentType))
            return (415, "the body must be JSON, and the request must say so; with curl, add: -H 'Content-Type: application/json'");
        return request.ContentLength64 > limits.Body ? TooLarge : null;
    }

    /// <summary>Reads the whole body.</summary>
    /// <returns>The bytes, which are given back to <see cref="Release"/> in the end.</returns>
    /// <exception cref="HttpStatusException">The body is too large, or too many are being read.</exception>
    public async ValueTask<ArraySegment<byte>> Read(Exchange exchange)
    {
        var expected = exchange.Request.ContentLength64;
        if (expected == 0 || !exchange.Request.HasEntityBody) return Done(exchange, []);
        var input = exchange.Request.InputStream;
        var buffer = Rent(expected > 0 ? (int)Math.Min(expected, FirstBuffer) : FirstBuffer);
        var length = 0;
        try
        {
            while (length != expected)
            {
                if (length == buffer.Length) buffer = Grow(buffer, length);
                var portion = expected < 0 ? Math.Min(ChunkedRead, buffer.Length - length) : (int)Math.Min(expected, buffer.Length) - length;
                var read = await input.ReadAsync(buffer.AsMemory(length, portion)).ConfigureAwait(false);
                if (read == 0) break;
                length += read;
                exchange.Extend(read);
                if (length > limits.Body) throw new HttpStatusException(TooLarge.Status, TooLarge.Message);
            }
            if (expected >= 0 && length != expected) throw new IOException("the body is shorter than announced");
            return Done(exchange, new ArraySegment<byte>(buffer, 0, length));
        }
        catch
        {
            Return(buffer);
            throw;
        }
    }

    /// <summary>Reads what is left of a body that nobody wants, for a moment: a client that is still sending does not see the answer.</summary>
    public async ValueTask ReadAway(Exchange exchange)
    {
        var scrap = new byte[ChunkedRead];
        var until = Environment.TickCount64 + (long)limits.Courtesy.TotalMilliseconds;
        for (var left = FirstBuffer; left > 0;)
        {
            var read = exchange.Request.InputStream.ReadAsync(scrap).AsTask();
            var patience = until - Environment.TickCount64;
            if (patience <= 0 || await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(patience))).ConfigureAwait(false) != read)
            {
                _ = read.ContinueWith(static late => _ = late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
                return;
            }
            var length = await read.ConfigureAwait(false);
            if (length == 0)
            {
                exchange.IsBodyRead = true;
                return;
            }
            left -= length;
        }
    }

    public void Release(ArraySegment<byte> body)
    {
        if (body.Array is { Length: > 0 } buffer) Return(buffer);
    }

    private static (int Status, string Message) TooLarge => (413, "Body exceeded 100mb limit");

    private static ArraySegment<byte> Done(Exchange exchange, ArraySegment<byte> body)
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
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        return isJson && !parameters.Contains("utf-16", StringComparison.OrdinalIgnoreCase) && !parameters.Contains("utf-32", StringComparison.OrdinalIgnoreCase);
    }

    private byte[] Rent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            budget.Take(buffer.Length);
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
        var larger = Rent((int)Math.Min(Math.Max(buffer.Length * 2L, 2), limits.Body + 1L));
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer);
        return larger;
    }

    private void Return(byte[] buffer)
    {
        budget.GiveBack(buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
