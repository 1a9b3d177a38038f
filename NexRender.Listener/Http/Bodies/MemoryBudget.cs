namespace NexRender.Listener.Http.Bodies;

/// <summary>Bounds the memory that request bodies use together.</summary>
/// <param name="limit">The bound, in bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    /// <summary>Reserves memory.</summary>
    /// <exception cref="HttpStatusException">The budget is exhausted.</exception>
    public void Reserve(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit) return;
        Interlocked.Add(ref _used, -bytes);
        throw new HttpStatusException(503, "too many large requests at once; try again in a moment");
    }

    /// <summary>Releases reserved memory.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
