namespace NexRender.Listener.Jobs.Retention;

/// <summary>The rules for removing jobs that have ended.</summary>
internal sealed record RetentionPolicy
{
    /// <summary>The time for which finished jobs are kept; zero for no limit.</summary>
    public TimeSpan KeepFinished { get; init; }

    /// <summary>The time for which jobs that ended in an error are kept; zero for no limit.</summary>
    public TimeSpan KeepErrors { get; init; }

    /// <summary>The number of ended jobs that are kept, the last ended ones; 0 for no limit.</summary>
    public int KeepJobs { get; init; }

    /// <summary>The time between two sweeps.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True if every job is kept until a person removes it.</summary>
    public bool KeepsAll => KeepFinished == default && KeepErrors == default && KeepJobs == 0;

    /// <summary>Returns the time for which jobs in a state are kept; zero for no limit.</summary>
    public TimeSpan KeepTime(string state) => state switch
    {
        JobState.Finished => KeepFinished,
        JobState.Error => KeepErrors,
        _ => default,
    };
}
