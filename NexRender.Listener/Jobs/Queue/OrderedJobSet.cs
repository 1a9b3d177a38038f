namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs that are handed out by a fixed order.</summary>
internal sealed class OrderedJobSet(IComparer<Job> comparer) : IJobSet
{
    private readonly SortedSet<Job> _jobs = new(comparer);

    public static readonly IComparer<Job> OldestFirst = Comparer<Job>.Create((a, b) => a.Order.CompareTo(b.Order));

    public static readonly IComparer<Job> NewestFirst = Comparer<Job>.Create((a, b) => b.Order.CompareTo(a.Order));

    public static readonly IComparer<Job> GreatestPriorityFirst = Comparer<Job>.Create((a, b) =>
        b.Priority.CompareTo(a.Priority) is var byPriority and not 0 ? byPriority : a.Order.CompareTo(b.Order));

    public int Count => _jobs.Count;

    public void Add(Job job) => _jobs.Add(job);

    public void Remove(Job job) => _jobs.Remove(job);

    public Job Next() => _jobs.Min!;
}
