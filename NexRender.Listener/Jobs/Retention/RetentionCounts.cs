namespace NexRender.Listener.Jobs.Retention;

/// <summary>The jobs that were removed for their age or number since the start, by reason.</summary>
internal sealed class RetentionCounts
{
    private long _finished;
    private long _errors;
    private long _surplus;

    /// <summary>Those that had finished too long ago.</summary>
    public long Finished => Interlocked.Read(ref _finished);

    /// <summary>Those that had ended in an error too long ago.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Those beyond the number of jobs that are kept.</summary>
    public long Surplus => Interlocked.Read(ref _surplus);

    public void AddFinished(int count) => Interlocked.Add(ref _finished, count);

    public void AddErrors(int count) => Interlocked.Add(ref _errors, count);

    public void AddSurplus(int count) => Interlocked.Add(ref _surplus, count);
}
