using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Queued jobs by ordering and by tag. A pickup costs one look-up for each tag asked for. Guarded by the store's lock.</summary>
internal sealed class ReadyQueue
{
    // No pickup asks for the empty tag: it lists the jobs without tags, so that they can be shown.
    private static readonly string[] NoTags = [""];

    private readonly JobOrdering _ordering;
    private readonly Func<JobEntry, QueueKey> _keyOf;
    private readonly IJobSet _all;
    private readonly Dictionary<string, IJobSet> _byTag = new(StringComparer.Ordinal);

    // The tags of the last job that was added or removed, as they are written and as a list.
    private string? _lastText;
    private string[] _lastTags = NoTags;

    public ReadyQueue(JobOrdering ordering)
    {
        (_ordering, _keyOf) = (ordering, QueueKey.Of(ordering));
        _all = NewSet();
    }

    public int Count => _all.Count;

    /// <summary>All jobs; those of a fixed order in it.</summary>
    public IEnumerable<JobEntry> Entries => _all.Entries;

    public void Add(JobEntry entry)
    {
        _all.Add(entry);
        foreach (var tag in TagsOf(entry))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = NewSet());
            tagged.Add(entry);
        }
    }

    public void Remove(JobEntry entry)
    {
        _all.Remove(entry);
        foreach (var tag in TagsOf(entry))
        {
            var tagged = _byTag[tag];
            tagged.Remove(entry);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }
    }

    /// <summary>Returns the jobs that have a tag.</summary>
    public IEnumerable<JobEntry> Tagged(string tag) => _byTag.TryGetValue(tag, out var tagged) ? tagged.Entries : [];

    /// <summary>Returns the next job to hand out, which stays in the queue; <c>null</c> if there is none.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    public JobEntry? Next(string[] tags)
    {
        if (tags.Length == 0) return _all.Count == 0 ? null : _all.Next();
        return _ordering == JobOrdering.Random ? AnyOf(tags) : FirstOf(tags);
    }

    /// <summary>
    /// Returns the next job of each tag, and under the empty tag the next one without tags; nothing if that is left to chance.
    /// </summary>
    public Dictionary<string, Job> NextByTag() => _ordering == JobOrdering.Random
        ? []
        : _byTag.ToDictionary(tagged => tagged.Key, tagged => tagged.Value.Next().Job, StringComparer.Ordinal);

    /// <summary>Returns the next job of a pickup without tags; <c>null</c> if there is none, or if that is left to chance.</summary>
    public Job? Peek() => _ordering == JobOrdering.Random ? null : Next([])?.Job;

    /// <summary>Returns true if one job is to be handed out before another; by lot if the ordering is random.</summary>
    /// <param name="entry">The one job.</param>
    /// <param name="other">The other job.</param>
    /// <param name="chances">The number of jobs that the one was drawn from.</param>
    /// <param name="of">The number of jobs that both were drawn from.</param>
    public bool IsBefore(JobEntry entry, JobEntry other, int chances, int of) =>
        _ordering == JobOrdering.Random ? Random.Shared.Next(of) < chances : _keyOf(entry).CompareTo(_keyOf(other)) < 0;

    // Jobs with the same tags share one string, and many come and go one after the other.
    private string[] TagsOf(JobEntry entry)
    {
        var text = entry.Job.Tags;
        if (!ReferenceEquals(text, _lastText)) (_lastText, _lastTags) = (text, TagList.Parse(text) is { Length: > 0 } tags ? tags : NoTags);
        return _lastTags;
    }

    private IJobSet NewSet() => _ordering == JobOrdering.Random ? new RandomJobSet() : new OrderedJobSet(_keyOf);

    private JobEntry? FirstOf(string[] tags)
    {
        JobEntry? first = null;
        foreach (var tag in tags)
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) continue;
            var next = tagged.Next();
            if (first is null || _keyOf(next).CompareTo(_keyOf(first)) < 0) first = next;
        }
        return first;
    }

    // A job with two of the tags is drawn twice as often as a job with one of them, so it is kept every second time only.
    private JobEntry? AnyOf(string[] tags)
    {
        var sets = new List<IJobSet>(tags.Length);
        foreach (var tag in tags)
        {
            if (_byTag.TryGetValue(tag, out var tagged)) sets.Add(tagged);
        }
        if (sets.Count == 0) return null;
        while (true)
        {
            var at = Random.Shared.NextInt64(sets.Sum(set => (long)set.Count));
            var drawn = sets[0];
            for (var i = 0; at >= drawn.Count; drawn = sets[++i]) at -= drawn.Count;
            var entry = drawn.Next();
            var chances = TagList.Parse(entry.Job.Tags).Count(tags.Contains);
            if (chances == 1 || Random.Shared.Next(chances) == 0) return entry;
        }
    }
}
