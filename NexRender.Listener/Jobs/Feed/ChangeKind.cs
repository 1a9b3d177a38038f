namespace NexRender.Listener.Jobs.Feed;

/// <summary>The kinds of changes of a job.</summary>
internal enum ChangeKind
{
    /// <summary>A new job.</summary>
    Created,

    /// <summary>Handed to a worker.</summary>
    Picked,

    /// <summary>A worker began to render.</summary>
    Started,

    /// <summary>A worker reported progress, or another sign of life.</summary>
    Progressed,

    /// <summary>A worker reported an error and renders on.</summary>
    ErrorReported,

    /// <summary>An error was reported about a job that had ended before.</summary>
    LateErrorReported,

    /// <summary>Rendered.</summary>
    Finished,

    /// <summary>Ended in an error that is final.</summary>
    Failed,

    /// <summary>Ended in an error, and waits in the queue for its next attempt.</summary>
    RetryScheduled,

    /// <summary>Put back into the queue by its worker or by a script.</summary>
    Requeued,

    /// <summary>Put back into the queue, after its end, by a person.</summary>
    Retried,

    /// <summary>Taken from a worker that did not report in time, and put back into the queue.</summary>
    Expired,

    /// <summary>Taken from a worker that did not report in time, after its last attempt.</summary>
    ExpiredForGood,

    /// <summary>Ended by a person.</summary>
    Cancelled,

    /// <summary>Withheld from workers by a person.</summary>
    Paused,

    /// <summary>Given back to the queue after a pause.</summary>
    Resumed,

    /// <summary>Waits for its dependencies again.</summary>
    Waiting,

    /// <summary>Put into the queue, because all its dependencies have finished.</summary>
    Released,

    /// <summary>Members set by a person or a script.</summary>
    Edited,

    /// <summary>Deleted.</summary>
    Removed,
}
