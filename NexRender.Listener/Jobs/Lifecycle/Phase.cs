namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The phase of a job's life, as far as the server's rules distinguish them.</summary>
internal enum Phase
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>Waits for other jobs, on which it depends.</summary>
    Waiting,

    /// <summary>Keeps its place, but is not handed out.</summary>
    Paused,

    /// <summary>Handed to a worker that has not reported yet.</summary>
    Picked,

    /// <summary>Rendered by a worker: every state that the server has no rule for.</summary>
    Running,

    /// <summary>Finished, or ended in an error.</summary>
    Done,

    /// <summary>Ended by a person: state <c>error</c>, with <c>cancelledAt</c>.</summary>
    Cancelled,
}
