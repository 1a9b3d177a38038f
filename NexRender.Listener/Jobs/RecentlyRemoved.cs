using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>The jobs removed in the last 24 hours, the last 10,000 of them: workers that still render one are not turned away.</summary>
internal sealed class RecentlyRemoved(TimeProvider clock)
{
    private const int Limit = 10_000;

    private static readonly TimeSpan Age = TimeSpan.FromHours(24);
    private static readonly ReadOnlyMemory<byte> RemovedAt = "removedAt"u8.ToArray();

    private readonly Dictionary<string, DateTimeOffset> _removals = new(StringComparer.Ordinal);
    private readonly Queue<(string Uid, DateTimeOffset At)> _inOrder = new();

    /// <summary>Another number after every change.</summary>
    public long Version { get; private set; }

    public bool Contains(string uid) => _removals.TryGetValue(uid, out var at) && clock.GetUtcNow() - at < Age;

    public void Add(string uid) => Add(uid, clock.GetUtcNow());

    public void Forget(string uid)
    {
        if (_removals.Remove(uid)) Version++;
    }

    /// <summary>Takes one in as it was written to the disk; what is no removal is passed over.</summary>
    public void Load(byte[] json)
    {
        var removal = JsonObject.Parse(json, JsonObject.StoredDepth);
        if (JsonText.Text(removal["uid"u8]) is { } uid && Timestamp.Parse(removal["removedAt"u8]) is { } at) Add(uid, at);
    }

    /// <summary>A copy, to be written to the disk.</summary>
    public KeyValuePair<string, DateTimeOffset>[] ToArray() => [.. _removals];

    /// <summary>One of the copy as it is written.</summary>
    public static byte[] ToJson(KeyValuePair<string, DateTimeOffset> removal)
    {
        var json = new JsonObject(2);
        json.Set(Fields.Uid, JsonText.Quote(removal.Key));
        json.Set(RemovedAt, Timestamp.Json(removal.Value));
        return json.ToBytes();
    }

    private void Add(string uid, DateTimeOffset at)
    {
        Version++;
        _removals[uid] = at;
        _inOrder.Enqueue((uid, at));
        var oldest = clock.GetUtcNow() - Age;
        while (_inOrder.Count > Limit || (_inOrder.TryPeek(out var first) && first.At <= oldest))
        {
            var (gone, then) = _inOrder.Dequeue();
            if (_removals.TryGetValue(gone, out var latest) && latest == then) _removals.Remove(gone);
        }
    }
}
