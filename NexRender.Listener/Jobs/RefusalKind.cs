namespace NexRender.Listener.Jobs;

/// <summary>Why a request about a job was not carried out.</summary>
internal enum RefusalKind
{
    /// <summary>The job would not be valid.</summary>
    Invalid,

    /// <summary>There is no such job.</summary>
    NotFound,

    /// <summary>The job is not in the state for it.</summary>
    Conflict,

    /// <summary>The change could not be made to last.</summary>
    Unavailable,

    /// <summary>There is no room on the disk.</summary>
    DiskFull,
}
