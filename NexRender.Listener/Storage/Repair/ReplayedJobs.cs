using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Repair;

/// <summary>The jobs found so far, in their order; changes are applied to whatever is there.</summary>
internal sealed class ReplayedJobs
{
    private readonly Dictionary<string, (long Order, byte[] Json)> _jobs = new(StringComparer.Ordinal);
    private long _next;

    public int Count => _jobs.Count;

    public void Apply(RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind == RecordKind.Remove)
        {
            _jobs.Remove(JsonText.Text(payload.Span)!);
            return;
        }
        var uid = JsonText.Text(JsonObject.Parse(payload, JsonObject.StoredDepth)["uid"u8])!;
        var keepsPlace = kind == RecordKind.Set && _jobs.ContainsKey(uid);
        _jobs[uid] = (keepsPlace ? _jobs[uid].Order : _next++, JsonText.Minify(payload).ToArray());
    }

    public byte[][] ToArray() => [.. _jobs.Values.OrderBy(job => job.Order).Select(job => job.Json)];
}
