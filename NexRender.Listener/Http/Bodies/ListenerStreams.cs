using System.Runtime.InteropServices;

namespace NexRender.Listener.Http.Bodies;

/// <summary>Reads and writes the streams of HttpListener with fewer work items and allocations than their asynchronous methods.</summary>
/// <remarks>
/// Off Windows, <c>ReadAsync</c> queues a work item to the thread pool even for bytes that have arrived with the head, and both methods
/// allocate a task for each call. An operation that is begun without a callback does neither, and most have ended when it returns.
/// </remarks>
internal static class ListenerStreams
{
    /// <summary>Reads from the body of a request that has a length.</summary>
    /// <exception cref="IOException">The client has disconnected.</exception>
    public static ValueTask<int> ReadAsync(Stream body, ArraySegment<byte> buffer)
    {
        if (OperatingSystem.IsWindows()) return body.ReadAsync(buffer);
        var reading = body.BeginRead(buffer.Array!, buffer.Offset, buffer.Count, null, null);
        return reading.IsCompleted ? new(body.EndRead(reading)) : EndReadAsync(body, reading);
    }

    /// <summary>Writes to the body of a response.</summary>
    /// <exception cref="IOException">The client has disconnected.</exception>
    public static ValueTask WriteAsync(Stream body, ReadOnlyMemory<byte> bytes)
    {
        if (OperatingSystem.IsWindows() || !MemoryMarshal.TryGetArray(bytes, out var part)) return body.WriteAsync(bytes);
        var writing = body.BeginWrite(part.Array!, part.Offset, part.Count, null, null);
        if (!writing.IsCompleted) return EndWriteAsync(body, writing);
        body.EndWrite(writing);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<int> EndReadAsync(Stream body, IAsyncResult reading)
    {
        await TaskOf(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return body.EndRead(reading);
    }

    private static async ValueTask EndWriteAsync(Stream body, IAsyncResult writing)
    {
        await TaskOf(writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        body.EndWrite(writing);
    }

    // An operation that has not completed is one of the socket, which is a task; any other is awaited by its wait handle.
    private static Task TaskOf(IAsyncResult operation)
    {
        try
        {
            return TaskToAsyncResult.Unwrap(operation);
        }
        catch (ArgumentException)
        {
            return Task.Factory.FromAsync(operation, static _ => { });
        }
    }
}
