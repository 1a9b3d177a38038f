using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Commit;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>Changes many jobs at once: all or none on the disk, and without holding up other requests.</summary>
/// <remarks>
/// First the versions are made, their records written without effect, and the jobs claimed, a few at a time, while other requests go
/// between. The commit ends the group of records: a short hold of the store's lock, whatever the number of jobs. Then the indexes follow, a
/// few jobs at a time. A job that was changed meanwhile is decided again, about its present version.
/// </remarks>
internal sealed class BulkChanger(ChangeWriter writer)
{
    private const int ItemsAtOnce = 128;
    private const int BytesAtOnce = 1 << 20;

    // A thread that releases the lock and takes it again at once is ahead of those that wait for it and must be woken first.
    private const int HoldsUntilPause = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    // Of a removal the record is short, but takes as long as that of a small job.
    private const int RecordCost = 256;

    // So many changed jobs may be decided again under the lock; more are prepared again first, a few times at most.
    private const int MaxLate = 64;
    private const int MaxRounds = 8;

    private static readonly Refusal Interrupted = new(
        RefusalKind.Unavailable, "the database was written again while the change was prepared; send the request again");

    // Each action may hold a second version of every job in memory.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Carries out an action.</summary>
    /// <param name="selection">The jobs.</param>
    /// <param name="action">The action.</param>
    /// <param name="by">The name or address of the sender.</param>
    /// <param name="isDryRun">True to only say what would be done.</param>
    public async Task<BulkResult> RunAsync(BulkSelection selection, BulkAction action, string by, bool isDryRun)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var missing = new List<string>();
            var commit = new BulkCommit(by);
            var items = selection.Find(writer, commit, missing);
            if (isDryRun) items.ForEach(item => item.Decide(action));
            var refusal = isDryRun || items.Count == 0 ? null : await ChangeAsync(items, commit, action, by).ConfigureAwait(false);
            // The answer must not be undone by a power cut, also if it says that a job was not changed.
            refusal ??= await WhenDurableAsync().ConfigureAwait(false);
            return refusal is null ? BulkResult.Of(items, missing) : BulkResult.Refused(refusal);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Refusal?> WhenDurableAsync()
    {
        Task<StorageFailure?> durable;
        lock (writer.Lock) durable = writer.Storage.WhenDurableAsync(writer.Storage.LastSequence);
        return await durable.ConfigureAwait(false) is { } failure ? Refusal.NotStored(failure) : null;
    }

    private async Task<Refusal?> ChangeAsync(List<BulkItem> items, BulkCommit commit, BulkAction action, string by)
    {
        var group = new ChangeGroup(writer, by, new GroupRecords(writer.Storage));
        Batch? batch;
        try
        {
            var late = items;
            for (var round = 1; ; round++)
            {
                if (await PrepareAsync(late, action, group.Records!).ConfigureAwait(false) is { } refusal) return refusal;
                // Outside of the lock, because it is a look at all jobs. One that loses its claim after it is in the commit's own list.
                var unclaimed = items.FindAll(item => item.IsChanged && !item.IsClaimedBy(commit));
                lock (writer.Lock)
                {
                    if (GetRefusal_NeedsLock(group.Records!) is { } refused) return refused;
                    late = TakeLate_NeedsLock(unclaimed, commit);
                    late.ForEach(item => item.Reset(group.Records!));
                    if (late.Count > MaxLate && round < MaxRounds) continue;
                    late.Where(item => item.IsChanged).ToList().ForEach(item => item.Decide(action));
                    batch = Commit_NeedsLock(items, [.. unclaimed.Union(late)], commit, group);
                    break;
                }
            }
        }
        finally
        {
            group.Records!.Abandon();
            await SettleAsync(items, commit).ConfigureAwait(false);
        }
        return batch is not null && await batch.Done.ConfigureAwait(false) is { } failure ? Refusal.NotStored(failure) : null;
    }

    private Refusal? GetRefusal_NeedsLock(GroupRecords records) =>
        writer.GetRefusal(isNewJob: false) ?? (records.IsIntact ? null : Interrupted);

    private async Task<Refusal?> PrepareAsync(List<BulkItem> items, BulkAction action, GroupRecords records)
    {
        var bytes = 0;
        foreach (var chunk in items.Where(item => item.IsChanged).Chunk(ItemsAtOnce))
        {
            foreach (var item in chunk) item.Decide(action);
            lock (writer.Lock)
            {
                if (GetRefusal_NeedsLock(records) is { } refusal) return refusal;
                foreach (var item in chunk.Where(item => item.IsChanged && item.Entry.IsCurrent(item.Before)))
                {
                    var record = ChangeRecord.Of(action.Record, item.Before, item.Transition.Next);
                    item.Append(records, record);
                    bytes += record.Json.Length + RecordCost;
                    // From here on no worker gets a job that is about to be changed.
                    if (item.CanFollow) item.Claim(writer.Table);
                }
            }
            await Task.Yield();
            if (bytes < BytesAtOnce) continue;
            // The records are written a megabyte at a time, so that the changes of other requests are not queued behind all of them.
            if (await records.LastBatch!.Done.ConfigureAwait(false) is { } failure) return Refusal.NotStored(failure);
            bytes = 0;
        }
        return bytes > 0 && await records.LastBatch!.Done.ConfigureAwait(false) is { } last ? Refusal.NotStored(last) : null;
    }

    // Jobs without a claim are looked at; those that had one were reported by the change that broke it.
    private static List<BulkItem> TakeLate_NeedsLock(List<BulkItem> unclaimed, BulkCommit commit)
    {
        var late = unclaimed.FindAll(item => !item.Entry.IsCurrent(item.Before)).Union(commit.Late).ToList();
        commit.Late.Clear();
        return late;
    }

    private Batch? Commit_NeedsLock(List<BulkItem> items, List<BulkItem> atOnce, BulkCommit commit, ChangeGroup group)
    {
        atOnce.AddRange(TakeDependencies_NeedsLock(commit));
        foreach (var item in atOnce.Where(item => item.IsChanged))
        {
            item.IsMadeAtOnce = true;
            if (item.IsRemoval) group.Remove(item.Entry, item.Record);
            else group.Replace(item.Entry, item.Transition, item.Record);
        }
        if (group.Count == 0 && commit.Claims == 0) return null;
        var batch = group.CommitWith(commit, items);
        writer.Table.AddStale(commit.Claims, items[0].IsRemoval);
        return batch;
    }

    // What follows for the jobs that depend on them belongs to the same change, so the index must know of these at once.
    private List<BulkItem> TakeDependencies_NeedsLock(BulkCommit commit)
    {
        var taken = new List<BulkItem>();
        foreach (var uid in writer.Table.Dependencies.Uids)
        {
            if (writer.Table.Find(uid)?.Claim is { } item && item.IsClaimedBy(commit)) taken.Add(item);
        }
        taken.ForEach(item => item.Unclaim());
        return taken;
    }

    private async Task SettleAsync(List<BulkItem> items, BulkCommit commit)
    {
        var holds = 0;
        foreach (var chunk in items.Chunk(ItemsAtOnce))
        {
            lock (writer.Lock)
            {
                foreach (var item in chunk)
                {
                    if (commit.IsCommitted && item.IsClaimedBy(commit)) writer.Table.Apply(item.Entry);
                    else writer.Table.Release(item);
                }
            }
            // Requests that wait for a thread go first.
            if (++holds % HoldsUntilPause == 0) await Task.Delay(Pause).ConfigureAwait(false);
            else await Task.Yield();
        }
    }
}
