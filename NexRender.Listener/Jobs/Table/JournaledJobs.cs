using NexRender.Listener.Jobs.Submissions;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Table;

/// <summary>The jobs in memory as a storage sees them: recovered at the start, copied for checkpoints, rolled back on failures.</summary>
internal sealed class JournaledJobs(Lock storeLock, JobTable table, PendingChanges pending, IJobStorage storage) : IJournaledState
{
    // After this part of the jobs the number of all is estimated.
    private const int EstimateShare = 8;

    private readonly DeltaReplay _deltas = new(
        uid => table.Find(uid)?.Job.Json.ToArray(), json => Put(table, Job.FromStored(json)!, atEnd: false));

    public Lock Lock => storeLock;

    public int Count
    {
        get
        {
            lock (storeLock) return table.Count;
        }
    }

    // Those of the recovery need no lock: nobody else has the table yet.
    public IReadOnlyList<byte[]> Load(IEnumerable<byte[]> jobs, long length)
    {
        // Removes what a failed attempt has added.
        foreach (var entry in table.Jobs.Entries().ToArray()) table.Remove(entry);
        var replaced = new List<byte[]>();
        var (expectsAt, read) = (length / EstimateShare, 0L);
        JobLoader.Load(storage.Location, jobs, job =>
        {
            if (!table.TryAdd(job, out var older))
            {
                replaced.Add(older.Job.Json.ToArray());
                Put(table, job, atEnd: true);
            }
            read += job.Json.Length;
            if (read < expectsAt) return;
            table.Expect((int)(table.Count * (double)length / read));
            expectsAt = long.MaxValue;
        });
        return replaced;
    }

    public void Put(ReadOnlyMemory<byte> job, bool atEnd) => Prepare(job.ToArray(), atEnd)();

    public Action Prepare(byte[] job, bool atEnd)
    {
        var stored = Job.FromStored(job)!;
        return () =>
        {
            _deltas.Forget(stored.Uid);
            Put(table, stored, atEnd);
        };
    }

    public void Update(in JobDelta delta) => _deltas.Apply(delta);

    public void Cover() => _deltas.Cover();

    public void Complete() => _deltas.Complete();

    public void Remove(string uid)
    {
        _deltas.Forget(uid);
        if (table.Find(uid) is not { } entry) return;
        table.Remove(entry);
        table.Removed.Add(uid);
    }

    public void LoadRemoval(byte[] removal) => table.Removed.Load(removal);

    public void Remember(byte[] answer) => table.Answers.Load(answer);

    public Snapshot TakeSnapshot()
    {
        Job[] jobs;
        KeyValuePair<string, DateTimeOffset>[] removals;
        Answer[] answers;
        long version, answersVersion;
        Task<StorageFailure?> durable;
        lock (storeLock)
        {
            (jobs, removals, version) = (table.Jobs.ToArray(), table.Removed.ToArray(), table.Removed.Version);
            (answers, answersVersion) = (table.Answers.ToArray(), table.Answers.Version);
            durable = storage.WhenDurableAsync(storage.LastSequence);
        }
        return new Snapshot(
            Array.ConvertAll(jobs, job => job.Json),
            () => Array.ConvertAll(removals, RecentlyRemoved.ToJson),
            version,
            () => Array.ConvertAll(answers, answer => answer.ToJson()),
            answersVersion,
            durable);
    }

    public void RollBack_NeedsLock(long lastKept) => pending.RollBack(lastKept);

    private static void Put(JobTable table, Job job, bool atEnd)
    {
        var existing = table.Find(job.Uid);
        if (existing is not null && !atEnd)
        {
            table.Set(existing, job);
            return;
        }
        if (existing is not null) table.Remove(existing);
        table.Add(job);
    }
}
