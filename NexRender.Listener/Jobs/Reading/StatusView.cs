using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Reading;

/// <summary>
/// Writes status objects as of one moment. They say more than the jobs do: that a job waits, which depends on the clock, and that a worker
/// may have lost it.
/// </summary>
internal sealed class StatusView
{
    private readonly RetryPolicy _policy;
    private readonly DateTimeOffset _now;
    private readonly Dictionary<string, string>? _suspicions;

    private StatusView(RetryPolicy policy, DateTimeOffset now, Dictionary<string, string>? suspicions, string moment) =>
        (_policy, _now, _suspicions, Moment) = (policy, now, suspicions, moment);

    /// <summary>A text that differs between two views if a status object may, although no job has changed.</summary>
    public string Moment { get; }

    public static StatusView Take(Lock storeLock, JobTable table, RetryPolicy policy, DateTimeOffset now)
    {
        lock (storeLock)
        {
            var nextReady = table.ReadyTimes.FirstAfter(now) / TimeSpan.TicksPerMillisecond;
            return new StatusView(policy, now, table.Held.CopySuspicions(), $"{table.Held.SuspicionChanges:x}-{nextReady:x}");
        }
    }

    /// <summary>Returns a text that differs between two views if the status object of an unchanged job does.</summary>
    public string MomentOf(Job job) => job.ReadyAt > _now || Suspicion(job) is not null ? Moment : "";

    /// <summary>Writes the status object of a job.</summary>
    public byte[] Write(Job job) => JobStatus.Write(job, _policy, _now, Suspicion(job));

    /// <summary>Writes the status object of a job and the few other members that a list of jobs shows.</summary>
    public byte[] WriteMinimal(Job job) => JobStatus.WriteMinimal(job, _policy, _now, Suspicion(job));

    private string? Suspicion(Job job) => job.IsHeld ? _suspicions?.GetValueOrDefault(job.Uid) : null;
}
