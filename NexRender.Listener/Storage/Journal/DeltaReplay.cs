using NexRender.Listener.Json;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Applies the changes of members in journals to jobs.</summary>
/// <remarks>
/// The checkpoint may hold later versions than the journals begin with. So a change is made only if the job has the checksum of the version
/// that the change was made of. Those before the version of the checkpoint are passed, and those after it follow one another. In the end
/// each job must have the checksum that its last change names. A job is parsed once for all its changes, and written when they have been
/// read; small ones earlier if there are many of them, so that a start needs little more memory than the jobs do.
/// </remarks>
/// <param name="find">Returns the JSON of a job; <c>null</c> if there is none.</param>
/// <param name="replace">Receives the next version of a job.</param>
/// <param name="keepsParts">True to change what there is of a job if changes are missing; otherwise it is an error.</param>
internal sealed class DeltaReplay(Func<string, byte[]?> find, Action<byte[]> replace, bool keepsParts = false)
{
    private const int MaxBuffered = 32 << 20;

    // The objects that hold a parsed job, besides its bytes.
    private const int Overhead = 1 << 10;

    // A larger job is written once, in the end: the more changes it has, the more it matters.
    private const int SmallJob = 64 << 10;

    private readonly Dictionary<string, ReplayedJob> _jobs = new(StringComparer.Ordinal);
    private long _buffered;

    /// <summary>The uids of jobs that changes are missing of, once a repair has ended.</summary>
    public List<string> Incomplete { get; } = [];

    /// <summary>Makes a change, or passes it if the checkpoint holds it.</summary>
    /// <param name="delta">The change, whose bytes are valid until the method returns.</param>
    public void Apply(JobDelta delta)
    {
        var job = Look(delta.Uid);
        if (job.Checksum != delta.Before)
        {
            job.Expected = delta.After;
            if (keepsParts) (job.Skipped ??= []).Add(delta.Changes.ToArray());
            return;
        }
        MemberChanges.Apply(Open(delta.Uid, job), delta.Changes.ToArray());
        (job.Checksum, job.Expected, job.Skipped) = (delta.After, null, null);
        if (_buffered > MaxBuffered) WriteSmall();
    }

    /// <summary>Forgets the changes of a job, because a whole version of it or its removal comes after them.</summary>
    public void Forget(string uid)
    {
        if (_jobs.Remove(uid, out var job) && job.Members is not null) _buffered -= CostOf(job);
    }

    /// <summary>Expects no more of the jobs that were passed, because the checkpoint holds changes of them that were not read.</summary>
    public void Cover()
    {
        foreach (var job in _jobs.Values) (job.Expected, job.Skipped) = (null, null);
    }

    /// <summary>Passes on the jobs as the changes have left them.</summary>
    /// <exception cref="StorageException">Changes of a job are missing.</exception>
    public void Complete()
    {
        foreach (var (uid, job) in _jobs)
        {
            if (!job.IsComplete) Repair(uid, job);
            Write(uid, job);
        }
        _jobs.Clear();
    }

    private static int CostOf(ReplayedJob job) => job.Length > SmallJob ? 0 : job.Length + Overhead;

    private ReplayedJob Look(string uid)
    {
        if (_jobs.TryGetValue(uid, out var job)) return job;
        var json = find(uid);
        job = new ReplayedJob { Checksum = json is null ? null : Crc32C.Compute(json), Length = json?.Length ?? 0 };
        _jobs.Add(uid, job);
        return job;
    }

    private JsonObject Open(string uid, ReplayedJob job)
    {
        if (job.Members is not null) return job.Members;
        _buffered += CostOf(job);
        return job.Members = JsonObject.ParseWritten(find(uid)!);
    }

    private void WriteSmall()
    {
        foreach (var (uid, job) in _jobs)
        {
            if (job.Length > SmallJob) continue;
            Write(uid, job);
            // What was passed must still be compared with the end.
            if (job.IsComplete) _jobs.Remove(uid);
        }
        _buffered = 0;
    }

    private void Write(string uid, ReplayedJob job)
    {
        if (job.Members is not { } members) return;
        var json = members.ToBytes();
        if (Crc32C.Compute(json) != job.Checksum) Miss(uid);
        replace(json);
        members.Recycle();
        job.Members = null;
    }

    // The members that later changes name have their last values; those of a missing change have the values before it.
    private void Repair(string uid, ReplayedJob job)
    {
        if (!keepsParts || job.Checksum is null)
        {
            Miss(uid);
            return;
        }
        foreach (var changes in job.Skipped!) MemberChanges.Apply(Open(uid, job), changes);
        // If the members of the missing change were all changed again, nothing of it is missing.
        job.Checksum = job.Expected;
    }

    private void Miss(string uid)
    {
        if (!keepsParts)
        {
            throw new StorageException(
                StorageProblem.Damaged,
                $"the journal changes job {uid}, and the version that it changes is missing; no file was modified, so restore a copy of "
                + "the files if there is one");
        }
        Incomplete.Add(uid);
    }
}
