using System.Text;
using NexRender.Listener.Farm.Events;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm;

/// <summary>Writes what a change adds to its line in a JSON log, with the names of the change feed.</summary>
internal static class ChangeMembers
{
    /// <summary>Returns the members, each after a comma.</summary>
    /// <param name="change">The change.</param>
    /// <param name="reason">Its reason, which may be shortened.</param>
    public static string Write(JobChange change, string? reason)
    {
        var job = (change.After ?? change.Before)!;
        var json = new JsonComposer()
            .Text("event"u8, EventNames.EventOf(change))
            .Text("kind"u8, EventNames.KindOf(change.Kind))
            .Text("state"u8, job.State)
            .Text("reason"u8, reason)
            .Number("attempt"u8, (long)change.Attempt)
            .Number("sequence"u8, change.Sequence);
        if (job.Links?.BatchId is { } batch) json.Text("batchId"u8, batch);
        if (change.Kind == ChangeKind.Progressed && job.Progress > 0) json.Number("progress"u8, (long)job.Progress);
        if (change.Kind == ChangeKind.Finished && RenderTime.Of(job) is { } time) json.Number("renderSeconds"u8, time.TotalSeconds);
        return $",{Encoding.UTF8.GetString(json.ToBytes().AsSpan()[1..^1])}";
    }
}
