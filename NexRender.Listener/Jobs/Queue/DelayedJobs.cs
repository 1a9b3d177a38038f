using NexRender.Listener.Jobs.Sorted;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Jobs that are not ready, by the time at which they move on, also by tag. Guarded by the store's lock.</summary>
internal sealed class DelayedJobs
{
    private readonly TimedEntries _all = NewSet();
    private readonly Dictionary<string, TimedEntries> _byTag = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    public void Add(JobEntry entry)
    {
        _all.Add(entry);
        foreach (var tag in TagList.Parse(entry.Job.Tags))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = NewSet());
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
        if (tags.Length == 0) return _all.First;
        JobEntry? first = null;
        foreach (var tag in tags)
        {
            if (_byTag.TryGetValue(tag, out var tagged) && (first is null || _all.IsBefore(tagged.First!, first))) first = tagged.First;
        }
        return first;
    }

    private static TimedEntries NewSet() => new(static entry => entry.Delay!.WakesAt);
}
