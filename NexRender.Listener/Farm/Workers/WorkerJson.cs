using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Workers;

/// <summary>Writes workers as JSON.</summary>
internal static class WorkerJson
{
    public static byte[] Write(Worker worker)
    {
        var json = new JsonComposer()
            .Text("name"u8, worker.Name)
            .Text("address"u8, worker.Address)
            .Text("version"u8, worker.Version)
            .Text("state"u8, StateName(worker.State));
        if (worker.LatestJob is not { } job) json.Text("job"u8, null);
        else WriteJob(json, job);
        return json
            .Text("tags"u8, worker.Tags)
            .Text("firstSeen"u8, Timestamp.ToText(worker.FirstSeen))
            .Text("lastSeen"u8, Timestamp.ToText(worker.LastSeen))
            .Number("finished"u8, (long)worker.Finished)
            .Number("failed"u8, (long)worker.Failed)
            .Number("expired"u8, (long)worker.Expired)
            .Number("meanRenderSeconds"u8, worker.Timed == 0 ? null : worker.TimedSeconds / worker.Timed)
            .Boolean("paused"u8, worker.IsPaused)
            .ToBytes();
    }

    private static void WriteJob(JsonComposer json, Job job) =>
        json.BeginObject("job"u8).Text("uid"u8, job.Uid).Text("state"u8, job.State).Number("progress"u8, (long)job.Progress).EndObject();

    public static string StateName(WorkerState state) => state switch
    {
        WorkerState.Busy => "busy",
        WorkerState.Silent => "silent",
        WorkerState.Paused => "paused",
        _ => "idle",
    };
}
