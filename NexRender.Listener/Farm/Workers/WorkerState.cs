namespace NexRender.Listener.Farm.Workers;

/// <summary>The states of a worker.</summary>
internal enum WorkerState
{
    /// <summary>Asks for jobs and has none.</summary>
    Idle,

    /// <summary>Has a job.</summary>
    Busy,

    /// <summary>Has no job, and has sent nothing for a while.</summary>
    Silent,

    /// <summary>Has no job, and gets none until it is resumed.</summary>
    Paused,
}
