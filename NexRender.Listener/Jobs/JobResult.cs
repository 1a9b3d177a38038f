using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Jobs;

/// <summary>The outcome of a request about a job.</summary>
/// <param name="Job">The job as it is now, durable; <c>null</c> if there is none or the request was refused.</param>
/// <param name="Refusal">The reason why nothing was done; <c>null</c> if the request was carried out.</param>
/// <param name="Change">The change that was made; <c>null</c> if none was necessary.</param>
internal readonly record struct JobResult(Job? Job, Refusal? Refusal, JobChange? Change)
{
    /// <summary>True if the job was removed lately and a worker reported on it, which must not be refused.</summary>
    public bool IsRemoved { get; private init; }

    public static JobResult Nothing => default;

    public static JobResult Changed(JobChange change, Job job) => new(job, null, change);

    public static JobResult Unchanged(Job job) => new(job, null, null);

    public static JobResult Refused(Refusal refusal) => new(null, refusal, null);

    public static JobResult Refused(RefusalKind kind, string message) => Refused(new Refusal(kind, message));

    public static JobResult Removed() => new() { IsRemoved = true };
}
