using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs of which any may be next, each equally likely.</summary>
internal sealed class RandomJobSet : IJobSet
{
    private readonly List<JobEntry> _entries = [];
    private readonly Dictionary<long, int> _places = [];

    public int Count => _entries.Count;

    public IEnumerable<JobEntry> Entries => _entries;

    public void Add(JobEntry entry)
    {
        _places[entry.Order] = _entries.Count;
        _entries.Add(entry);
    }

    // The last one takes the place of the removed one: the order does not matter.
    public void Remove(JobEntry entry)
    {
        if (!_places.Remove(entry.Order, out var at)) return;
        var last = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        if (last.Order == entry.Order) return;
        _entries[at] = last;
        _places[last.Order] = at;
    }

    public JobEntry Next() => _entries[Random.Shared.Next(_entries.Count)];
}
