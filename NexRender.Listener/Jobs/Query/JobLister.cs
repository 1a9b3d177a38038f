using System.Globalization;
using NexRender.Listener.Jobs.Reading;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Query;

/// <summary>Answers queries for pages of durable jobs.</summary>
/// <remarks>
/// A page by state in the order of creation is read from the index. Every other query copies the jobs under the lock, by state if these
/// are few, and looks at them without it: however long that takes, it delays nobody else.
/// </remarks>
internal sealed class JobLister(Lock storeLock, JobTable table, PendingChanges pending, IJobStorage storage, JobReader reader)
{
    // A page that begins later is not read from the index, because the lock would be held for all that is skipped.
    private const int MaxIndexed = 4096;

    /// <summary>Names this opening of the storage, for values that are valid no longer than it is open.</summary>
    // Not random: a system without random numbers must be reported by the start of the listener, which says what is missing.
    public string StoreId { get; } = DateTime.UtcNow.Ticks.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Returns a page of jobs.</summary>
    public async ValueTask<JobPage> ListAsync(JobQuery query)
    {
        while (true)
        {
            var durable = Read(query, out var page, out var selector, out var sequence);
            page ??= await selector!.SelectAsync(StoreId).ConfigureAwait(false);
            if (durable is null) return page with { Sequence = sequence };
            if (!await JobReader.EndsAsync(durable).ConfigureAwait(false))
                return await ReadDurable(query).SelectAsync(StoreId).ConfigureAwait(false);
            if (await durable.ConfigureAwait(false) is null) return page with { Sequence = sequence };
        }
    }

    // Returns the end of the last change, and either the page, from the index, or the jobs to select it from.
    private Task<StorageFailure?>? Read(JobQuery query, out JobPage? page, out PageSelector? selector, out long sequence)
    {
        Task<StorageFailure?>? durable;
        Candidates? candidates;
        long after;
        selector = null;
        lock (storeLock)
        {
            after = Locate_NeedsLock(query.After);
            (sequence, durable) = Version_NeedsLock();
            int? total = null;
            // While the indexes follow a change of many jobs, only the jobs themselves are up to date.
            var sources = table.Jobs.Stale > 0 ? null : StateSources.Find(table.States, query.Filter, out total);
            page = FindIndexed_NeedsLock(query, sources, total, after);
            if (page is not null) return durable;
            candidates = sources is null ? null : Candidates.Collect_NeedsLock(sources);
        }
        if (candidates is null)
        {
            var version = (Sequence: sequence, Durable: durable);
            candidates = Candidates.CopyAll(storeLock, table.Jobs, () => version = Version_NeedsLock());
            (sequence, durable) = version;
        }
        selector = new PageSelector(query, candidates, after);
        return durable;
    }

    private PageSelector ReadDurable(JobQuery query)
    {
        lock (storeLock) return new PageSelector(query, Candidates.From(pending.ListDurable()), Locate_NeedsLock(query.After));
    }

    private (long Sequence, Task<StorageFailure?>? Durable) Version_NeedsLock() =>
        (storage.LastSequence, reader.WhenDurable_NeedsLock(storage.LastSequence));

    // A cursor of this store has the right order. Of an earlier one, the job itself says where it is now; if it was removed, the first
    // job that was created later is as good a place.
    private long Locate_NeedsLock(JobCursor? cursor)
    {
        if (cursor is null) return 0;
        if (cursor.StoreId == StoreId) return cursor.Order;
        if (table.Find(cursor.Uid) is { } entry) return entry.Order;
        var before = table.Jobs.LastCreatedBy(cursor.CreatedAt);
        return cursor.Sort is JobSort.NewestFirst or JobSort.Updated ? before + 1 : before;
    }

    private JobPage? FindIndexed_NeedsLock(JobQuery query, List<OrderedEntries>? sources, int? total, long after)
    {
        if (query.Filter.IsEmpty) total = table.Jobs.Count;
        if (!query.Filter.HasOnlyStates || total is null || query.Limit is not { } limit || query.Offset > MaxIndexed - limit) return null;
        IEnumerable<JobEntry> entries;
        switch (query.Sort)
        {
            case JobSort.OldestFirst:
                entries = sources is null ? table.Jobs.After(after) : Merge.Ascending(sources, after);
                break;
            case JobSort.NewestFirst:
                var before = query.After is null ? long.MaxValue : after;
                entries = sources is null ? table.Jobs.Before(before) : Merge.Descending(sources, before);
                break;
            default:
                return null;
        }
        var found = entries.Skip(query.Offset).Take(limit + 1).ToList();
        var hasMore = found.Count > limit;
        if (hasMore) found.RemoveAt(limit);
        var next = hasMore ? JobCursor.After(query.Sort, 0, found[^1].Job, found[^1].Order, StoreId) : null;
        return new JobPage(found.ConvertAll(entry => entry.Job), total.Value, next);
    }
}
