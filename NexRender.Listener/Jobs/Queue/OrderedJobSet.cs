using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs that are handed out in a fixed order.</summary>
internal sealed class OrderedJobSet(IComparer<JobEntry> comparer) : IJobSet
{
    private readonly SortedSet<JobEntry> _entries = new(comparer);

    public static readonly IComparer<JobEntry> OldestFirst = Comparer<JobEntry>.Create((a, b) => a.Order.CompareTo(b.Order));

    public static readonly IComparer<JobEntry> NewestFirst = Comparer<JobEntry>.Create((a, b) => b.Order.CompareTo(a.Order));

    public static readonly IComparer<JobEntry> GreatestPriorityFirst = Comparer<JobEntry>.Create((a, b) =>
        b.Job.Priority.CompareTo(a.Job.Priority) is var byPriority and not 0 ? byPriority : a.Order.CompareTo(b.Order));

    public int Count => _entries.Count;

    public IEnumerable<JobEntry> Entries => _entries;

    public void Add(JobEntry entry) => _entries.Add(entry);

    public void Remove(JobEntry entry) => _entries.Remove(entry);

    public JobEntry Next() => _entries.Min!;
}
