using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>Writes the queue as JSON.</summary>
internal static class QueueJson
{
    /// <param name="isPaused">True if the queue is paused.</param>
    /// <param name="preview">The queue as pickups would find it.</param>
    /// <param name="view">The numbers of the farm.</param>
    public static byte[] Write(bool isPaused, QueuePreview preview, FarmView view)
    {
        var (waits, now) = (view.Waits, view.Now);
        var json = new JsonComposer()
            .Boolean("paused"u8, isPaused)
            .Number("queued"u8, (long)waits.Count)
            .Number("delayed"u8, (long)preview.Delayed)
            .Number("waiting"u8, (long)view.States.Of(JobState.Waiting))
            .Number("oldestWaitSeconds"u8, waits.OldestWait(null, now)?.TotalSeconds);
        WriteNext(json, preview.Next, view);
        json.BeginArray("tags"u8);
        foreach (var tag in waits.Tags)
        {
            json.BeginObject(default)
                .Text("tag"u8, tag)
                .Number("queued"u8, (long)waits.CountOf(tag))
                .Number("oldestWaitSeconds"u8, waits.OldestWait(tag, now)?.TotalSeconds)
                .Text("next"u8, preview.NextByTag.GetValueOrDefault(tag)?.Uid)
                .EndObject();
        }
        return json.EndArray().ToBytes();
    }

    private static void WriteNext(JsonComposer json, Job? next, FarmView view)
    {
        if (next is null)
        {
            json.Text("next"u8, null);
            return;
        }
        json.BeginObject("next"u8)
            .Text("uid"u8, next.Uid)
            .Text("tags"u8, next.Tags)
            .Number("priority"u8, next.Priority)
            .Number("waitSeconds"u8, view.Waits.WaitOf(next.Uid, view.Now)?.TotalSeconds)
            .EndObject();
    }
}
