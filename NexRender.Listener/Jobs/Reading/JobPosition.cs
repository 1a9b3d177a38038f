using NexRender.Listener.Jobs.Query;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Reading;

/// <summary>Estimates when a job is rendered: its place in the queue, or the time that is left.</summary>
internal sealed class JobPosition(Lock storeLock, JobTable table, JobOrdering ordering, TimeProvider clock)
{
    /// <summary>Returns how many jobs would be handed out before a queued one to a worker that takes all.</summary>
    /// <returns>The number, 0 for the next job; <c>null</c> if the job is not queued, or the order is random.</returns>
    public int? InQueue(Job job)
    {
        if (job.State != JobState.Queued || ordering == JobOrdering.Random) return null;
        Candidates? queued;
        long order;
        lock (storeLock)
        {
            if (table.Find(job.Uid) is not { } entry || table.States.Find(JobState.Queued) is not { } all) return null;
            (order, queued) = (entry.Order, Candidates.Collect_NeedsLock([all]));
        }
        queued ??= Candidates.CopyAll(storeLock, table.Jobs, static () => { });
        var now = clock.GetUtcNow();
        var before = 0;
        for (var i = 0; i < queued.Count; i++)
        {
            var other = queued.Jobs[i];
            if (other.State == JobState.Queued && other.Uid != job.Uid && IsBefore(other, queued.OrderAt(i), job, order, now)) before++;
        }
        return before;
    }

    /// <summary>Returns the seconds until a rendering job has ended, at its present pace.</summary>
    /// <returns>The seconds; <c>null</c> if the job is not rendering, or has reported no progress.</returns>
    public double? SecondsLeft(Job job)
    {
        if (!job.IsRunning || job.Progress == 0) return null;
        var members = job.Members();
        var startedAt = Timestamp.ToMilliseconds(members[Fields.StartedAt]);
        members.Recycle();
        var elapsed = job.UpdatedAt - startedAt;
        if (startedAt == 0 || elapsed <= 0) return null;
        var left = (double)elapsed * (100 - job.Progress) / job.Progress - (clock.GetUtcNow().ToUnixTimeMilliseconds() - job.UpdatedAt);
        return Math.Round(Math.Max(left, 0) / 1000, 1);
    }

    // Delayed jobs come after all that are ready, the first to become ready first.
    private bool IsBefore(Job other, long otherOrder, Job job, long order, DateTimeOffset now)
    {
        var (otherReady, ready) = (ReadyAt(other, now), ReadyAt(job, now));
        if (otherReady != ready) return otherReady < ready;
        return ordering switch
        {
            JobOrdering.NewestFirst => otherOrder > order,
            JobOrdering.Priority when other.Priority != job.Priority => other.Priority > job.Priority,
            _ => otherOrder < order,
        };
    }

    private static DateTimeOffset ReadyAt(Job job, DateTimeOffset now) => job.ReadyAt > now ? job.ReadyAt : default;
}
