namespace NexRender.Listener.Jobs.Queue;

/// <summary>The queued jobs, by ordering and by tag. A pickup that finds nothing is one look-up for each tag asked for.</summary>
internal sealed class ReadyQueue
{
    private readonly JobOrdering _ordering;
    private readonly IComparer<Job> _comparer;
    private readonly IJobSet _all;
    private readonly Dictionary<string, IJobSet> _byTag = new(StringComparer.Ordinal);

    public ReadyQueue(JobOrdering ordering)
    {
        _ordering = ordering;
        _comparer = ordering switch
        {
            JobOrdering.NewestFirst => OrderedJobSet.NewestFirst,
            JobOrdering.Priority => OrderedJobSet.GreatestPriorityFirst,
            _ => OrderedJobSet.OldestFirst,
        };
        _all = NewSet();
    }

    public int Count => _all.Count;

    public void Add(Job job)
    {
        _all.Add(job);
        foreach (var tag in TagList.Parse(job.Tags))
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) _byTag.Add(tag, tagged = NewSet());
            tagged.Add(job);
        }
    }

    public void Remove(Job job)
    {
        _all.Remove(job);
        foreach (var tag in TagList.Parse(job.Tags))
        {
            var tagged = _byTag[tag];
            tagged.Remove(job);
            if (tagged.Count == 0) _byTag.Remove(tag);
        }
    }

    /// <summary>The next job to hand out, which stays in the queue; of those that have one of the tags, where tags are given.</summary>
    public Job? Next(string[] tags)
    {
        if (tags.Length == 0) return _all.Count == 0 ? null : _all.Next();
        return _ordering == JobOrdering.Random ? AnyOf(tags) : FirstOf(tags);
    }

    /// <summary>Whether one job is handed out before another; by lot, with the given chances, where the ordering is one.</summary>
    public bool IsBefore(Job job, Job other, int chances, int of) =>
        _ordering == JobOrdering.Random ? Random.Shared.Next(of) < chances : _comparer.Compare(job, other) < 0;

    private IJobSet NewSet() => _ordering == JobOrdering.Random ? new RandomJobSet() : new OrderedJobSet(_comparer);

    private Job? FirstOf(string[] tags)
    {
        Job? first = null;
        foreach (var tag in tags)
        {
            if (!_byTag.TryGetValue(tag, out var tagged)) continue;
            var next = tagged.Next();
            if (first is null || _comparer.Compare(next, first) < 0) first = next;
        }
        return first;
    }

    // A job with two of the tags would be drawn twice as often as one with one of them; so it is kept every second time only.
    private Job? AnyOf(string[] tags)
    {
        var sets = new List<IJobSet>(tags.Length);
        foreach (var tag in tags)
            if (_byTag.TryGetValue(tag, out var tagged)) sets.Add(tagged);
        if (sets.Count == 0) return null;
        while (true)
        {
            var at = Random.Shared.NextInt64(sets.Sum(set => (long)set.Count));
            var drawn = sets[0];
            for (var i = 0; at >= drawn.Count; drawn = sets[++i]) at -= drawn.Count;
            var job = drawn.Next();
            var chances = TagList.Parse(job.Tags).Count(tags.Contains);
            if (chances == 1 || Random.Shared.Next(chances) == 0) return job;
        }
    }
}
