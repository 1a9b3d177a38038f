using System.Globalization;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Farm;

/// <summary>Writes a line for every change to the log.</summary>
internal sealed class ChangeLog(Log log) : IChangeListener
{
    private const int LongestReason = 500;

    public void OnChanges(IReadOnlyList<JobChange> changes)
    {
        foreach (var change in changes)
        {
            // Jobs that the server removes for their age are counted in one line.
            if (change is { Kind: ChangeKind.Removed, By: null }) continue;
            var members = log.WritesJson ? ChangeMembers.Write(change, change.Reason is { } reason ? Cut(reason) : null) : null;
            log.Change(change.Time, Verb(change), change.Uid, change.By, Detail(change), members);
        }
    }

    private static string Verb(JobChange change) => change.Kind switch
    {
        ChangeKind.Created => "created",
        ChangeKind.Picked => "picked",
        ChangeKind.Started => "started",
        ChangeKind.Finished => "finished",
        ChangeKind.Failed or ChangeKind.RetryScheduled => "failed",
        ChangeKind.Requeued => "requeued",
        ChangeKind.Retried => "retried",
        ChangeKind.Expired => $"expired after {change.Before!.State}:",
        ChangeKind.ExpiredForGood => $"expired for good after {change.Before!.State}:",
        ChangeKind.Cancelled => "cancelled",
        ChangeKind.Paused => "paused",
        ChangeKind.Resumed => "resumed",
        ChangeKind.Waiting => "waiting for its dependencies:",
        ChangeKind.Released => "queued after its dependencies:",
        ChangeKind.Removed => "removed",
        _ => "updated",
    };

    private static string? Detail(JobChange change) => change.Kind switch
    {
        ChangeKind.Picked => change.Attempt is > 1 and var attempt ? $": attempt {attempt}" : null,
        ChangeKind.Progressed => change.After!.Progress is > 0 and var percent ? $": {percent} %" : null,
        ChangeKind.ErrorReported => $": error: {Shorten(change.Reason)}",
        ChangeKind.LateErrorReported => $": late error: {Shorten(change.Reason)}",
        ChangeKind.Finished when RenderSeconds(change) is { } seconds => $": rendered in {seconds} s",
        ChangeKind.RetryScheduled => $": {Shorten(change.Reason)}; attempt {change.Attempt + 1} not before {NextAttempt(change)}",
        ChangeKind.Expired => $"{Holder(change)}: {change.Reason}; queued again",
        ChangeKind.ExpiredForGood => $"{Holder(change)}: {change.Reason}; no attempts left",
        _ => change.Reason is { } reason ? $": {Shorten(reason)}" : null,
    };

    private static string Shorten(string? reason) => Cut((reason ?? "no error text").ReplaceLineEndings(" "));

    private static string Cut(string text) => text.Length <= LongestReason ? text : $"{text.AsSpan(0, LongestReason)}…";

    private static string NextAttempt(JobChange change) => Timestamp.ToText(change.After!.Schedule?.NotBefore ?? change.Time);

    private static string? RenderSeconds(JobChange change) =>
        RenderTime.Of(change.After!)?.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Holder(JobChange change)
    {
        var members = change.Before!.Members();
        var executor = JsonText.GetString(members[Fields.Executor]);
        members.Recycle();
        return executor is null ? "" : $", held by {executor}";
    }
}
