using NexRender.Listener.Json;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>Changes many jobs at once: all or none on the disk, and without holding up other requests.</summary>
/// <remarks>
/// The versions are made and their records written a few at a time, without effect, while other requests go between. Then one short hold of
/// the store's lock replaces the versions and ends the group. A job that was changed meanwhile is decided again, about its present version.
/// </remarks>
internal sealed class BulkChanger(ChangeWriter writer)
{
    private const int ItemsAtOnce = 128;
    private const int BytesAtOnce = 1 << 20;

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
            var items = selection.Find(writer, missing);
            if (isDryRun) items.ForEach(item => item.Decide(action));
            var refusal = isDryRun || items.Count == 0 ? null : await ChangeAsync(items, action, by).ConfigureAwait(false);
            // What is told about the jobs must not be undone by a power cut either.
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

    private async Task<Refusal?> ChangeAsync(List<BulkItem> items, BulkAction action, string by)
    {
        var records = new GroupRecords(writer.Storage);
        CommittedChange? committed;
        try
        {
            var late = items;
            for (var round = 1; ; round++)
            {
                if (await PrepareAsync(late, action, records).ConfigureAwait(false) is { } refusal) return refusal;
                lock (writer.Lock)
                {
                    if (GetRefusal_NeedsLock(records) is { } refused) return refused;
                    late = items.FindAll(item => item.IsLate);
                    if (late.Count <= MaxLate || round == MaxRounds)
                    {
                        committed = Commit_NeedsLock(items, late, action, records, by);
                        break;
                    }
                    late.ForEach(item => item.Reset(records));
                }
            }
        }
        finally
        {
            records.Abandon();
            Attach(items);
        }
        return committed is null ? null : (await committed.ResultAsync().ConfigureAwait(false)).Refusal;
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
                foreach (var item in chunk.Where(item => item.IsChanged && !item.IsLate))
                {
                    var json = JsonOf(item);
                    item.Append(action, records, json);
                    bytes += json.Length;
                    // From here on no worker gets a job that is about to be changed.
                    writer.Table.Detach(item.Entry);
                }
            }
            if (bytes < BytesAtOnce) continue;
            // The records are written a megabyte at a time, so that the changes of other requests are not queued behind all of them.
            if (await records.LastBatch!.Done.ConfigureAwait(false) is { } failure) return Refusal.NotStored(failure);
            bytes = 0;
        }
        return bytes > 0 && await records.LastBatch!.Done.ConfigureAwait(false) is { } last ? Refusal.NotStored(last) : null;
    }

    private CommittedChange? Commit_NeedsLock(
        List<BulkItem> items, List<BulkItem> late, BulkAction action, GroupRecords records, string by)
    {
        late.ForEach(item => item.DecideAgain(action, records));
        var group = new ChangeGroup(writer, by, records);
        foreach (var item in items)
        {
            if (!item.IsChanged) continue;
            if (action == BulkAction.Removal) group.Remove(item.Entry, item.Record is not null);
            else group.Replace(item.Entry, item.Transition, item.Record is not null);
        }
        return group.Count == 0 ? null : group.Commit();
    }

    private void Attach(List<BulkItem> items)
    {
        foreach (var chunk in items.Chunk(ItemsAtOnce))
        {
            lock (writer.Lock)
            {
                foreach (var item in chunk) writer.Table.Attach(item.Entry);
            }
        }
    }

    private static byte[] JsonOf(BulkItem item) => item.Transition.Next?.Json ?? JsonText.Quote(item.Before.Uid);
}
