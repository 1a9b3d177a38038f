using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>The queued jobs by tag and by the time since which they wait. Not thread-safe.</summary>
internal sealed class QueueWaits
{
    /// <summary>The tag under which jobs without tags are listed.</summary>
    public const string NoTag = "";

    private static readonly string[] NoTags = [NoTag];

    private readonly Dictionary<string, QueuedJob> _byUid = new(StringComparer.Ordinal);
    private readonly SortedSet<QueuedJob> _all = new(QueuedJob.ByWait);
    private readonly Dictionary<string, SortedSet<QueuedJob>> _byTag = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    /// <summary>The tags of queued jobs, in order.</summary>
    public IEnumerable<string> Tags => _byTag.Keys.Order(StringComparer.Ordinal);

    /// <summary>Follows the replacement of a version.</summary>
    /// <param name="before">The version before; <c>null</c> for a new job.</param>
    /// <param name="after">The version after; <c>null</c> for a removed job.</param>
    /// <param name="at">The time of the change.</param>
    /// <returns>The time since which the job has waited, if it does not wait any more; otherwise <c>null</c>.</returns>
    public DateTimeOffset? Replace(Job? before, Job? after, DateTimeOffset at)
    {
        var wasQueued = before?.State == JobState.Queued;
        var isQueued = after?.State == JobState.Queued;
        if (!wasQueued && !isQueued) return null;
        QueuedJob? known = null;
        if (wasQueued && _byUid.Remove(before!.Uid, out known)) Remove(before, known);
        if (!isQueued) return known?.Since;
        // An edit of a queued job does not end its wait.
        Add(after!, known is not null && after!.Schedule is null ? known : new QueuedJob(after!.Uid, ReadyAt(after, at)));
        return null;
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
        return jobs is { Count: > 0 } && jobs.Min!.Since <= now ? now - jobs.Min.Since : null;
    }

    /// <summary>Returns how long a queued job has waited; <c>null</c> if it is not queued or delayed.</summary>
    public TimeSpan? WaitOf(string uid, DateTimeOffset now) =>
        _byUid.TryGetValue(uid, out var job) && job.Since <= now ? now - job.Since : null;

    private static string[] TagsOf(Job job) => TagList.Parse(job.Tags) is { Length: > 0 } tags ? tags : NoTags;

    private static DateTimeOffset ReadyAt(Job job, DateTimeOffset at)
    {
        if (job.Schedule is not { } schedule) return at;
        var readyAt = schedule.RetryAt > schedule.NotBefore ? schedule.RetryAt.Value : schedule.NotBefore;
        return readyAt > at ? readyAt : at;
    }

    private void Add(Job job, QueuedJob queued)
    {
        _byUid[job.Uid] = queued;
        _all.Add(queued);
        foreach (var tag in TagsOf(job))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = new SortedSet<QueuedJob>(QueuedJob.ByWait));
            tagged.Add(queued);
        }
    }

    private void Remove(Job job, QueuedJob queued)
    {
        _all.Remove(queued);
        foreach (var tag in TagsOf(job))
        {
            var tagged = _byTag[tag];
            tagged.Remove(queued);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }
    }
}
