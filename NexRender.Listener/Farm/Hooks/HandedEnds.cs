using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>
/// The ends of jobs that were handed to the hooks: those up to a time. Jobs that have ended after it, when the server starts, ended shortly
/// before a crash.
/// </summary>
internal sealed class HandedEnds
{
    private const int MaxRecent = 10_000;

    // A version gets its time before its place in the order of changes, so that the times of changes are not quite in order.
    private const long Margin = 2000;

    private static readonly byte[] Mark = "handedUntil"u8.ToArray();
    private static readonly byte[] Recent = "recent"u8.ToArray();

    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly Queue<(string Id, long Time)> _recent = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private long _mark;

    private HandedEnds(long mark) => _mark = mark;

    /// <summary>Begins at a time: what ended before is not reported.</summary>
    public static HandedEnds From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds() + Margin);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; returns <c>null</c> for anything else.</summary>
    public static HandedEnds? From(JsonObject line)
    {
        if (!JsonText.IsNumber(line[Mark])) return null;
        var handed = new HandedEnds((long)JsonText.Number(line[Mark]));
        if (line[Recent] is not [(byte)'[', ..]) return handed;
        foreach (var item in JsonArray.Items(line.Value(Recent)))
            if (JsonText.GetString(item.Span) is { } id) handed.Remember(id, handed._mark);
        return handed;
    }

    /// <summary>Records that the end of a job was handed over, or that an ended job was edited, which changes its time.</summary>
    public void Add(Job job)
    {
        lock (_lock)
        {
            // The last time and not the latest: the clock may have been set back.
            _mark = job.UpdatedAt;
            Remember(HookBody.Id(job), job.UpdatedAt);
            while (_recent.Count > MaxRecent || (_recent.TryPeek(out var oldest) && oldest.Time < _mark - Margin))
                _ids.Remove(_recent.Dequeue().Id);
        }
    }

    /// <summary>Returns true if the end of a job, as it was found at the start, was not handed over.</summary>
    public bool IsMissing(Job job, DateTimeOffset now)
    {
        if (job.UpdatedAt > now.ToUnixTimeMilliseconds() + Margin) return false;
        lock (_lock) return job.UpdatedAt > _mark - Margin && !_ids.Contains(HookBody.Id(job));
    }

    public byte[] ToBytes()
    {
        lock (_lock)
        {
            var line = new JsonObject(2);
            line.Set(Mark, JsonText.FromInteger(_mark));
            line.Set(Recent, JsonArray.Write([.. _recent.Select(item => (ReadOnlyMemory<byte>)JsonText.Quote(item.Id))]));
            return line.ToBytes();
        }
    }

    private void Remember(string id, long time)
    {
        if (_ids.Add(id)) _recent.Enqueue((id, time));
    }
}
