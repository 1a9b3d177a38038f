namespace NexRender.Listener.Farm.Events;

/// <summary>
/// The watchers with the same filter, for which events are selected and put together once. Guarded by the lock of the hub.
/// </summary>
internal sealed class WatchGroup(EventFilter filter)
{
    private const int MaxKept = 16;

    private readonly HashSet<Watcher> _watchers = [];
    private readonly List<(byte[] Id, byte[] Text)> _pending = [];

    public EventFilter Filter => filter;

    public bool IsEmpty => _watchers.Count == 0;

    public void Add(Watcher watcher) => _watchers.Add(watcher);

    public bool Remove(Watcher watcher) => _watchers.Remove(watcher);

    /// <summary>Adds an event that the filter selects to the next piece.</summary>
    /// <param name="id">The line of its id.</param>
    /// <param name="farmEvent">The event.</param>
    /// <returns>True if it is the first one in the piece.</returns>
    public bool Append(byte[] id, FarmEvent farmEvent)
    {
        _pending.Add((id, farmEvent.Text));
        return _pending.Count == 1;
    }

    /// <summary>Gives the piece to all watchers; drops those that read too slowly.</summary>
    /// <returns>The number of watchers that were dropped.</returns>
    public int Send()
    {
        var piece = Join(_pending);
        // An idle group keeps nothing.
        _pending.Clear();
        if (_pending.Capacity > MaxKept) _pending.Capacity = 0;
        return Send(piece);
    }

    /// <summary>Gives a piece to all watchers; drops those that read too slowly.</summary>
    /// <returns>The number of watchers that were dropped.</returns>
    public int Send(byte[] piece) => _watchers.RemoveWhere(watcher => !watcher.TryAdd(piece));

    /// <summary>Joins events and the lines of their ids.</summary>
    public static byte[] Join(List<(byte[] Id, byte[] Text)> events)
    {
        var piece = GC.AllocateUninitializedArray<byte>(events.Sum(one => one.Id.Length + one.Text.Length));
        var at = 0;
        foreach (var (id, text) in events)
        {
            id.CopyTo(piece, at);
            text.CopyTo(piece, at + id.Length);
            at += id.Length + text.Length;
        }
        return piece;
    }
}
