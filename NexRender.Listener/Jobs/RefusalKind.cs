namespace NexRender.Listener.Jobs;

/// <summary>The reasons why a request about a job is not carried out.</summary>
internal enum RefusalKind
{
    /// <summary>The job would not be valid.</summary>
    Invalid,

    /// <summary>The job does not exist.</summary>
    NotFound,

    /// <summary>The state of the job does not allow it.</summary>
    Conflict,

    /// <summary>The change could not be persisted.</summary>
    Unavailable,

    /// <summary>The disk is full.</summary>
    DiskFull,
}
