namespace NexRender.Listener.Jobs;

/// <summary>What became of a request about a job.</summary>
/// <param name="Job">The job as it is now, on the disk.</param>
/// <param name="Refusal">Why nothing was done.</param>
/// <param name="What">What was done, in the words of the log; <c>null</c> where nothing had to be.</param>
internal readonly record struct JobResult(Job? Job, Refusal? Refusal, string? What)
{
    public static JobResult Of(Job job, string what) => new(job, null, what);

    /// <summary>The job stays as it is, and nobody is refused.</summary>
    public static JobResult Unchanged(Job job) => new(job, null, null);

    public static JobResult Refused(Refusal refusal) => new(null, refusal, null);

    public static JobResult Refused(RefusalKind kind, string message) => Refused(new Refusal(kind, message));

    public static JobResult NotFound(string uid) => Refused(RefusalKind.NotFound, $"job not found: {uid}");
}
