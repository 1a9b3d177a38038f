using NexRender.Listener.Http.Bodies;

namespace NexRender.Listener.Http.Gate;

/// <summary>Bounds the memory of all bodies in flight, and lets a body wait until there is room for more of it.</summary>
/// <param name="limit">The bound, in bytes.</param>
/// <param name="timeout">The longest wait.</param>
/// <param name="trimmer">Returns the memory of large bodies to the system.</param>
internal sealed class BodyBudget(long limit, TimeSpan timeout, MemoryTrimmer trimmer)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _released;
    private long _used;

    /// <summary>Reserves memory, and waits for it if there is none.</summary>
    /// <exception cref="HttpStatusException">There was no memory within the timeout.</exception>
    public ValueTask ReserveAsync(int bytes) =>
        TryReserve(bytes, out var released) ? ValueTask.CompletedTask : WaitAsync(bytes, released);

    /// <summary>Releases reserved memory.</summary>
    public void Release(long bytes)
    {
        TaskCompletionSource? released;
        lock (_lock)
        {
            _used -= bytes;
            (released, _released) = (_released, null);
        }
        released?.TrySetResult();
        trimmer.Count(bytes);
    }

    private bool TryReserve(int bytes, out Task released)
    {
        lock (_lock)
        {
            if (_used + bytes <= limit)
            {
                _used += bytes;
                released = Task.CompletedTask;
                return true;
            }
            _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            released = _released.Task;
            return false;
        }
    }

    // All that wait are woken by each release, and try again.
    private async ValueTask WaitAsync(int bytes, Task released)
    {
        var end = Task.Delay(timeout);
        do
        {
            if (await Task.WhenAny(released, end).ConfigureAwait(false) == end)
                throw new HttpStatusException(503, "too many large requests at once; try again in a moment");
        }
        while (!TryReserve(bytes, out released));
    }
}
