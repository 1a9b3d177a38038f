using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Query;

/// <summary>Merges the jobs of several states into one order, each once. The caller holds the store's lock.</summary>
internal static class Merge
{
    /// <summary>Returns the entries after a place in the order, the oldest first.</summary>
    public static IEnumerable<JobEntry> Ascending(IReadOnlyList<OrderedEntries> sources, long after) =>
        sources.Count == 1 ? sources[0].After(after) : All(sources.Select(source => source.After(after)), direction: 1);

    /// <summary>Returns the entries before a place in the order, the newest first.</summary>
    public static IEnumerable<JobEntry> Descending(IReadOnlyList<OrderedEntries> sources, long before) =>
        sources.Count == 1 ? sources[0].Before(before) : All(sources.Select(source => source.Before(before)), direction: -1);

    private static IEnumerable<JobEntry> All(IEnumerable<IEnumerable<JobEntry>> sources, int direction)
    {
        var heads = new PriorityQueue<IEnumerator<JobEntry>, long>();
        foreach (var source in sources) Advance(source.GetEnumerator());
        JobEntry? last = null;
        while (heads.TryDequeue(out var head, out _))
        {
            var entry = head.Current;
            if (entry != last) yield return entry;
            last = entry;
            Advance(head);
        }

        void Advance(IEnumerator<JobEntry> head)
        {
            if (head.MoveNext()) heads.Enqueue(head, head.Current.Order * direction);
        }
    }
}
