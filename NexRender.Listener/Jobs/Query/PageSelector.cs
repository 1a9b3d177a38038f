namespace NexRender.Listener.Jobs.Query;

/// <summary>Selects a page from copied jobs.</summary>
internal sealed class PageSelector
{
    private const int SliceSize = 4096;

    private readonly JobQuery _query;
    private readonly Candidates _candidates;
    private readonly Comparer<Match> _comparer;

    // The place after which the page begins, between two jobs; null for the first page.
    private readonly Match? _boundary;
    private readonly BestItems<Match> _best;
    private int _total;

    /// <param name="query">The query.</param>
    /// <param name="candidates">The jobs to look at.</param>
    /// <param name="after">The place of the query's cursor in the order of creation.</param>
    public PageSelector(JobQuery query, Candidates candidates, long after)
    {
        (_query, _candidates, _comparer) = (query, candidates, Comparer<Match>.Create(Comparison(query.Sort)));
        // The job of the cursor itself may be gone, so the place is before or after where it is or was.
        var isAscending = query.Sort is JobSort.OldestFirst or JobSort.Priority;
        if (query.After is { } cursor) _boundary = new Match(candidates.IndexAfter(isAscending ? after : after - 1) - 0.5, cursor.Key);
        _best = new BestItems<Match>(_comparer, query.Limit is { } limit ? (long)query.Offset + limit + 1 : long.MaxValue);
    }

    /// <summary>Looks at all jobs, in slices, so that a long list does not keep a thread from other requests.</summary>
    /// <param name="storeId">The store, for the cursor of the next page.</param>
    public async ValueTask<JobPage> SelectAsync(string storeId)
    {
        for (var from = 0; from < _candidates.Count; from += SliceSize)
        {
            if (from > 0) await Task.Yield();
            for (var i = from; i < Math.Min(from + SliceSize, _candidates.Count); i++) Consider(i);
        }
        return ToPage(storeId);
    }

    private void Consider(int index)
    {
        var job = _candidates.Jobs[index];
        if (!_query.Filter.Matches(job)) return;
        _total++;
        var match = new Match(index, Key(job));
        if (_boundary is null || _comparer.Compare(match, _boundary.Value) > 0) _best.Add(match);
    }

    private JobPage ToPage(string storeId)
    {
        var matches = _best.ToSortedList();
        matches.RemoveRange(0, Math.Min(_query.Offset, matches.Count));
        var hasMore = matches.Count > _query.Limit;
        if (hasMore) matches.RemoveAt(matches.Count - 1);
        var jobs = matches.ConvertAll(match => _candidates.Jobs[match.Index]);
        if (!hasMore) return new JobPage(jobs, _total, null);
        var last = matches[^1];
        return new JobPage(jobs, _total, JobCursor.After(_query.Sort, last.Key, jobs[^1], _candidates.OrderAt(last.Index), storeId));
    }

    private double Key(Job job) => _query.Sort switch
    {
        JobSort.Priority => job.Priority,
        JobSort.Updated => job.UpdatedAt,
        _ => 0,
    };

    private static Comparison<Match> Comparison(JobSort sort) => sort switch
    {
        JobSort.OldestFirst => static (a, b) => a.Place.CompareTo(b.Place),
        JobSort.NewestFirst => static (a, b) => b.Place.CompareTo(a.Place),
        JobSort.Priority => static (a, b) => b.Key.CompareTo(a.Key) is var byKey and not 0 ? byKey : a.Place.CompareTo(b.Place),
        _ => static (a, b) => b.Key.CompareTo(a.Key) is var byKey and not 0 ? byKey : b.Place.CompareTo(a.Place),
    };

    // The index among the candidates stands for the place in the order of creation.
    private readonly record struct Match(double Place, double Key)
    {
        public int Index => (int)Place;
    }
}
