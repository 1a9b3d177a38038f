namespace NexRender.Listener.Jobs;

/// <summary>What became of a request about a job: one of the three.</summary>
/// <param name="Job">The job as it is now, on the disk.</param>
/// <param name="Refusal">Why nothing was done.</param>
internal readonly record struct JobResult(Job? Job, Refusal? Refusal)
{
    public static JobResult Of(Job job) => new(job, null);

    public static JobResult Refused(RefusalKind kind, string message) => new(null, new Refusal(kind, message));

    public static JobResult NotFound(string uid) => Refused(RefusalKind.NotFound, $"job not found: {uid}");
}
