using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Sorted;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>The queued jobs by tag and by the time since which they wait. Not thread-safe.</summary>
internal sealed class QueueWaits
{
    /// <summary>The tag under which jobs without tags are listed.</summary>
    public const string NoTag = "";

    private static readonly string[] NoTags = [NoTag];

    private readonly SortedBlocks<Job, WaitKey> _all = NewSet();
    private readonly Dictionary<string, SortedBlocks<Job, WaitKey>> _byTag = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    /// <summary>The tags of queued jobs, in order.</summary>
    public IEnumerable<string> Tags => _byTag.Keys.Order(StringComparer.Ordinal);

    /// <summary>Follows the replacement of a version.</summary>
    /// <param name="before">The version before; <c>null</c> for a new job.</param>
    /// <param name="after">The version after; <c>null</c> for a removed job.</param>
    public void Replace(Job? before, Job? after)
    {
        if (before?.State == JobState.Queued) Remove(before);
        if (after?.State == JobState.Queued) Add(after);
    }

    /// <summary>Lists the tags of queued jobs, in no order.</summary>
    public IEnumerable<TagWait> ByTag(DateTimeOffset now) =>
        _byTag.Select(tagged => new TagWait(tagged.Key, tagged.Value.Count, OldestWait(tagged.Key, now)));

    /// <summary>Returns the number of queued jobs with a tag.</summary>
    public int CountOf(string tag) => _byTag.TryGetValue(tag, out var tagged) ? tagged.Count : 0;

    /// <summary>Returns how long the oldest queued job waits; <c>null</c> if none waits, or all of them are delayed.</summary>
    /// <param name="tag">The tag that it must have; <c>null</c> for any job.</param>
    /// <param name="now">The time.</param>
    public TimeSpan? OldestWait(string? tag, DateTimeOffset now)
    {
        var jobs = tag is null ? _all : _byTag.GetValueOrDefault(tag);
        return jobs?.First?.WaitAt(now);
    }

    private static string[] TagsOf(Job job) => TagList.Parse(job.Tags) is { Length: > 0 } tags ? tags : NoTags;

    private static SortedBlocks<Job, WaitKey> NewSet() => new(static job => new WaitKey(job.WaitsSince, job.Uid));

    private void Add(Job job)
    {
        _all.Add(job);
        foreach (var tag in TagsOf(job))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = NewSet());
            tagged.Add(job);
        }
    }

    private void Remove(Job job)
    {
        if (!_all.Remove(job)) return;
        foreach (var tag in TagsOf(job))
        {
            var tagged = _byTag[tag];
            tagged.Remove(job);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }
    }
}
