using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>A decision of the life cycle about a job: its next version, or a refusal, or nothing to do.</summary>
/// <param name="Next">The next version; <c>null</c> if the job stays as it is.</param>
/// <param name="Refusal">The reason why the request is refused; <c>null</c> if it is not.</param>
/// <param name="Kind">What the next version changes.</param>
/// <param name="Reason">The reason or the error text of the change; <c>null</c> for none.</param>
internal readonly record struct Transition(Job? Next, Refusal? Refusal, ChangeKind Kind, string? Reason)
{
    /// <summary>True if the change is a report of the worker that has the job.</summary>
    public bool IsSignOfLife => Kind is ChangeKind.Started or ChangeKind.Progressed or ChangeKind.ErrorReported;

    /// <summary>The job stays as it is, and nobody is refused.</summary>
    public static Transition None => default;

    public static Transition To(Job next, ChangeKind kind, string? reason = null) => new(next, null, kind, reason);

    public static Transition Refused(RefusalKind kind, string message) => new(null, new Refusal(kind, message), default, null);

    public static Transition Conflict(Job job, string rule) => Refused(RefusalKind.Conflict, $"job {job.Uid} is {job.State}; {rule}");
}
