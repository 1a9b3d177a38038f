using NexRender.Listener.Jobs.Sorted;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs that are handed out in a fixed order.</summary>
internal sealed class OrderedJobSet(Func<JobEntry, QueueKey> keyOf) : IJobSet
{
    private readonly SortedBlocks<JobEntry, QueueKey> _entries = new(keyOf);

    public int Count => _entries.Count;

    public IEnumerable<JobEntry> Entries => _entries.Items;

    public void Add(JobEntry entry) => _entries.Add(entry);

    public void Remove(JobEntry entry) => _entries.Remove(entry);

    public JobEntry Next() => _entries.First!;
}
