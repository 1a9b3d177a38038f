using System.Text;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Reading;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Events;

/// <summary>Writes events as server-sent events, once for all watchers.</summary>
internal sealed class EventWriter(JobReader reader)
{
    /// <summary>Returns the events of changes.</summary>
    public FarmEvent[] Write(IReadOnlyList<JobChange> changes)
    {
        var statuses = reader.Statuses();
        var events = new FarmEvent[changes.Count];
        for (var i = 0; i < events.Length; i++) events[i] = Write(changes[i], statuses);
        return events;
    }

    /// <summary>Returns an event about a worker, with the worker as it is now.</summary>
    public static FarmEvent Write(string name, Worker worker) =>
        new(name, [.. Begin(name), .. WorkerJson.Write(worker), .. "\n\n"u8]) { Workers = (null, worker.Name) };

    /// <summary>Returns an event about nothing but the farm.</summary>
    /// <param name="name">The name.</param>
    /// <param name="data">The JSON of its data.</param>
    public static FarmEvent Write(string name, ReadOnlySpan<byte> data) => new(name, [.. Begin(name), .. data, .. "\n\n"u8]);

    private static FarmEvent Write(JobChange change, StatusView statuses)
    {
        var job = (change.After ?? change.Before)!;
        var batch = job.Links?.BatchId;
        var status = statuses.Write(job).AsSpan();
        var name = EventNames.EventOf(change);
        return new FarmEvent(name, [.. Begin(name), .. status[..^1], (byte)',', .. Describe(change, batch).AsSpan(1), .. "\n\n"u8])
        {
            Uid = job.Uid,
            State = job.State,
            IsRendering = job.IsRunning,
            IsCancelled = change.Kind == ChangeKind.Cancelled,
            BatchId = batch,
            Workers = (change.Before?.Executor, change.After?.Executor),
        };
    }

    private static byte[] Begin(string name) => Encoding.ASCII.GetBytes($"event: {name}\ndata: ");

    private static byte[] Describe(JobChange change, string? batch)
    {
        var json = new JsonComposer();
        if (batch is not null) json.Text("batchId"u8, batch);
        return json.BeginObject("change"u8)
            .Text("kind"u8, EventNames.KindOf(change.Kind))
            .Text("by"u8, change.By)
            .Text("reason"u8, change.Reason)
            .Number("attempt"u8, (long)change.Attempt)
            .Text("at"u8, Timestamp.ToText(change.Time))
            .Number("sequence"u8, change.Sequence)
            .EndObject()
            .ToBytes();
    }
}
