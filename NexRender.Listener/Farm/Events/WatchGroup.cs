using System.Text;

namespace NexRender.Listener.Farm.Events;

/// <summary>
/// The watchers with the same filter, for which events are selected and put together once. Guarded by the lock of the hub.
/// </summary>
internal sealed class WatchGroup(EventFilter filter)
{
    private readonly HashSet<Watcher> _watchers = [];
    private List<byte>? _pending;

    public EventFilter Filter => filter;

    public bool IsEmpty => _watchers.Count == 0;

    public void Add(Watcher watcher) => _watchers.Add(watcher);

    public bool Remove(Watcher watcher) => _watchers.Remove(watcher);

    /// <summary>Adds an event that the filter selects to the next piece.</summary>
    /// <returns>True if it is the first one in the piece.</returns>
    public bool Append(string id, FarmEvent farmEvent)
    {
        var isFirst = _pending is null;
        _pending ??= [];
        AppendTo(_pending, id, farmEvent);
        return isFirst;
    }

    /// <summary>Gives the piece to all watchers; drops those that read too slowly.</summary>
    /// <returns>The number of watchers that were dropped.</returns>
    public int Send()
    {
        byte[] piece = [.. _pending!];
        _pending = null;
        return Send(piece);
    }

    /// <summary>Gives a piece to all watchers; drops those that read too slowly.</summary>
    /// <returns>The number of watchers that were dropped.</returns>
    public int Send(byte[] piece) => _watchers.RemoveWhere(watcher => !watcher.TryAdd(piece));

    /// <summary>Writes an event with its id.</summary>
    public static void AppendTo(List<byte> text, string id, FarmEvent farmEvent)
    {
        text.AddRange(Encoding.ASCII.GetBytes($"id: {id}\n"));
        text.AddRange(farmEvent.Text);
    }
}
