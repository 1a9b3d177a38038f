using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Farm.Events;

/// <summary>The names of changes in events.</summary>
internal static class EventNames
{
    private static readonly string[] Kinds = [.. Enum.GetValues<ChangeKind>().Select(Name)];

    /// <summary>Returns the name of the event of a change.</summary>
    public static string EventOf(JobChange change) => change.Kind switch
    {
        ChangeKind.Created => "job.created",
        ChangeKind.Picked => "job.picked",
        ChangeKind.Started => "job.started",
        ChangeKind.Progressed => "job.progress",
        ChangeKind.Finished => "job.finished",
        ChangeKind.Failed or ChangeKind.ExpiredForGood => "job.error",
        ChangeKind.RetryScheduled or ChangeKind.Requeued or ChangeKind.Retried or ChangeKind.Expired
            or ChangeKind.Released => "job.requeued",
        ChangeKind.Cancelled => "job.cancelled",
        ChangeKind.Paused => "job.paused",
        ChangeKind.Resumed => "job.resumed",
        ChangeKind.Removed => "job.removed",
        ChangeKind.Waiting => "job.waiting",
        _ => "job.updated",
    };

    /// <summary>Returns the name of the kind of a change.</summary>
    public static string KindOf(ChangeKind kind) => Kinds[(int)kind];

    private static string Name(ChangeKind kind) => kind switch
    {
        ChangeKind.Progressed => "progress",
        _ => $"{char.ToLowerInvariant(kind.ToString()[0])}{kind.ToString()[1..]}",
    };
}
