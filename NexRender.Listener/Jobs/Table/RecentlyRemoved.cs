using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The uids of jobs removed in the last 24 hours, at most 10,000: reports of workers that still render one are not refused.
/// Guarded by the store's lock.
/// </summary>
internal sealed class RecentlyRemoved(TimeProvider clock)
{
    private const int Limit = 10_000;

    private static readonly TimeSpan Age = TimeSpan.FromHours(24);
    private static readonly byte[] RemovedAt = "removedAt"u8.ToArray();

    private readonly Dictionary<string, DateTimeOffset> _removals = new(StringComparer.Ordinal);
    private readonly Queue<(string Uid, DateTimeOffset At)> _inOrder = new();

    /// <summary>A number that differs after every change.</summary>
    public long Version { get; private set; }

    public bool Contains(string uid) => _removals.TryGetValue(uid, out var at) && clock.GetUtcNow() - at < Age;

    public void Add(string uid) => Add(uid, clock.GetUtcNow());

    public void Forget(string uid)
    {
        if (_removals.Remove(uid)) Version++;
    }

    /// <summary>Adds a removal as it was written to the disk; what is not one is ignored.</summary>
    public void Load(byte[] json)
    {
        var removal = JsonObject.Parse(json, JsonObject.StoredDepth);
        if (JsonText.GetString(removal[Fields.Uid]) is { } uid && Timestamp.Parse(removal[RemovedAt]) is { } at) Add(uid, at);
    }

    /// <summary>Copies the removals, to be written to the disk.</summary>
    public KeyValuePair<string, DateTimeOffset>[] ToArray() => [.. _removals];

    /// <summary>Returns a removal as it is written to the disk.</summary>
    public static byte[] ToJson(KeyValuePair<string, DateTimeOffset> removal)
    {
        var json = new JsonObject(2);
        json.Set(Fields.Uid, JsonText.Quote(removal.Key));
        json.Set(RemovedAt, Timestamp.ToJson(removal.Value));
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
            // A uid that was removed again later stays for its later removal.
            if (_removals.TryGetValue(gone, out var latest) && latest == then) _removals.Remove(gone);
        }
    }
}
