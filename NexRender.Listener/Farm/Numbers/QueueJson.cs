using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>Writes the queue as JSON.</summary>
internal static class QueueJson
{
    /// <summary>Writes the members of the queue into the present object.</summary>
    /// <param name="json">Receives the members.</param>
    /// <param name="isPaused">True if the queue is paused.</param>
    /// <param name="delayed">The number of queued jobs that are not ready.</param>
    /// <param name="view">The numbers of the farm.</param>
    /// <param name="preview">The jobs that are next; <c>null</c> to leave them out.</param>
    public static JsonComposer Write(JsonComposer json, bool isPaused, int delayed, FarmView view, QueuePreview? preview = null)
    {
        var (waits, now) = (view.Waits, view.Now);
        json.Boolean("paused"u8, isPaused)
            .Number("queued"u8, (long)waits.Count)
            .Number("delayed"u8, (long)delayed)
            .Number("waiting"u8, (long)view.States.Of(JobState.Waiting))
            .Number("oldestWaitSeconds"u8, waits.OldestWait(null, now)?.TotalSeconds);
        if (preview is not null) WriteNext(json, preview.Next, view);
        json.BeginArray("tags"u8);
        foreach (var tag in waits.Tags)
        {
            json.BeginObject(default)
                .Text("tag"u8, tag)
                .Number("queued"u8, (long)waits.CountOf(tag))
                .Number("oldestWaitSeconds"u8, waits.OldestWait(tag, now)?.TotalSeconds);
            if (preview is not null) json.Text("next"u8, preview.NextByTag.GetValueOrDefault(tag)?.Uid);
            json.EndObject();
        }
        return json.EndArray();
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
            .Number("waitSeconds"u8, next.WaitAt(view.Now)?.TotalSeconds)
            .EndObject();
    }
}
