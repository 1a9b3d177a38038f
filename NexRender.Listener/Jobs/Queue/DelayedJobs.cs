using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Jobs that are not ready, by the time at which they move on, also by tag. Guarded by the store's lock.</summary>
internal sealed class DelayedJobs
{
    private static readonly IComparer<JobEntry> ByTime = Comparer<JobEntry>.Create((a, b) =>
        a.Delay!.WakesAt.CompareTo(b.Delay!.WakesAt) is var byTime and not 0 ? byTime : a.Order.CompareTo(b.Order));

    private readonly SortedSet<JobEntry> _all = new(ByTime);
    private readonly Dictionary<string, SortedSet<JobEntry>> _byTag = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    public void Add(JobEntry entry)
    {
        _all.Add(entry);
        foreach (var tag in TagList.Parse(entry.Job.Tags))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = new SortedSet<JobEntry>(ByTime));
            tagged.Add(entry);
        }
    }

    public void Remove(JobEntry entry)
    {
        _all.Remove(entry);
        foreach (var tag in TagList.Parse(entry.Job.Tags))
        {
            var tagged = _byTag[tag];
            tagged.Remove(entry);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }
    }

    /// <summary>Returns the job that moves on first; <c>null</c> if there is none.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    public JobEntry? First(string[] tags)
    {
        if (tags.Length == 0) return _all.Min;
        JobEntry? first = null;
        foreach (var tag in tags)
        {
            if (_byTag.TryGetValue(tag, out var tagged) && (first is null || ByTime.Compare(tagged.Min, first) < 0)) first = tagged.Min;
        }
        return first;
    }
}
