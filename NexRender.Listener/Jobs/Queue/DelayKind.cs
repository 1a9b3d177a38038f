namespace NexRender.Listener.Jobs.Queue;

/// <summary>The reasons why a queued job is not ready for every worker.</summary>
internal enum DelayKind
{
    /// <summary>It is ready.</summary>
    None,

    /// <summary>A person has set a time, on the wall clock.</summary>
    NotBefore,

    /// <summary>The server waits before it tries again, on the monotonic clock.</summary>
    Retry,

    /// <summary>It is withheld from the worker that failed it, on the monotonic clock.</summary>
    Exclusion,
}
