namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Where a job is in its life, as far as the server's rules go.</summary>
internal enum Phase
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>Keeps its place, and is handed to nobody.</summary>
    Paused,

    /// <summary>Handed to a worker that has not reported yet.</summary>
    Picked,

    /// <summary>Rendered by a worker: every state that the server has no rule for.</summary>
    Running,

    /// <summary>Finished, or ended in an error.</summary>
    Done,

    /// <summary>Ended by a person; a job in the state <c>error</c> that says when it was cancelled.</summary>
    Cancelled,
}
