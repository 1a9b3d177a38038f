namespace NexRender.Listener.Http;

/// <summary>Counts the memory that bodies take, all together.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long _used;

    public long Used => Interlocked.Read(ref _used);

    /// <exception cref="HttpStatusException">There is not that much left.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit) return;
        Interlocked.Add(ref _used, -bytes);
        throw new HttpStatusException(503, "too many large requests at once; try again in a moment");
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);
}
