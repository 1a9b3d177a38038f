using System.Buffers;

namespace NexRender.Listener.Http.Bodies;

/// <summary>Reads the body of a request, completely or not at all.</summary>
internal sealed class BodyReader(HttpLimits limits, MemoryBudget budget)
{
    // With a larger buffer, a body of many tiny chunks overflows the stack inside HttpListener, which ends the process.
    private const int ChunkedReadSize = 2048;
    private const int InitialBufferSize = 64 << 10;
    private const int MaxPooledSize = 1 << 20;

    /// <summary>Reads the complete body.</summary>
    /// <returns>The bytes, to be returned to <see cref="Release"/>.</returns>
    /// <exception cref="HttpStatusException">The body is too large, or the memory for bodies is exhausted.</exception>
    /// <exception cref="IOException">The body ended early.</exception>
    public async ValueTask<ArraySegment<byte>> ReadAsync(Exchange exchange)
    {
        var expected = exchange.ContentLength;
        if (expected == 0 || !exchange.HasBody) return MarkRead(exchange, []);
        var input = exchange.Request.InputStream;
        // Behind the gate the body is there already. Otherwise a client only gets the memory that it fills.
        var size = expected > 0 && (exchange.IsFromGate || expected < InitialBufferSize) ? (int)expected : InitialBufferSize;
        var buffer = Rent(size);
        var length = 0;
        try
        {
            while (length != expected)
            {
                if (length == buffer.Length) buffer = Grow(buffer, expected);
                var portion = expected < 0 ? Math.Min(ChunkedReadSize, buffer.Length - length)
                    : (int)Math.Min(expected, buffer.Length) - length;
                var free = new ArraySegment<byte>(buffer, length, portion);
                var read = await (expected < 0 ? input.ReadAsync(free) : ListenerStreams.ReadAsync(input, free)).ConfigureAwait(false);
                if (read == 0) break;
                budget.Reserve(read);
                length += read;
                exchange.ExtendDeadline(read);
                if (length > limits.MaxRequestBodySize) throw BodyRules.TooLarge();
            }
            if (expected >= 0 && length != expected) throw new IOException("the body is shorter than announced");
            return MarkRead(exchange, new ArraySegment<byte>(buffer, 0, length));
        }
        catch
        {
            Return(buffer, length);
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
                _ = read.ContinueWith(
                    static late =>
                        _ = late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
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
        if (body.Array is { Length: > 0 } buffer) Return(buffer, body.Count);
    }

    private static ArraySegment<byte> MarkRead(Exchange exchange, ArraySegment<byte> body)
    {
        exchange.IsBodyRead = true;
        return body;
    }

    private static byte[] Grow(byte[] buffer, long expected)
    {
        var size = buffer.Length * 2L;
        var larger = Rent((int)(expected > 0 ? Math.Min(size, expected) : size));
        buffer.CopyTo(larger, 0);
        Return(buffer);
        return larger;
    }

    // The pool would keep large buffers for every thread that has ever used one.
    private static byte[] Rent(int size) =>
        size <= MaxPooledSize ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);

    private static void Return(byte[] buffer)
    {
        if (buffer.Length <= MaxPooledSize) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Return(byte[] buffer, int length)
    {
        budget.Release(length);
        Return(buffer);
    }
}
