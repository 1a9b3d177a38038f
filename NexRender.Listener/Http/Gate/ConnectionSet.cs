namespace NexRender.Listener.Http.Gate;

/// <summary>The open connections.</summary>
internal sealed class ConnectionSet
{
    private readonly Lock _lock = new();
    private readonly List<ClientConnection> _connections = [];

    public int Count
    {
        get
        {
            lock (_lock) return _connections.Count;
        }
    }

    public void Add(ClientConnection connection)
    {
        lock (_lock)
        {
            connection.Index = _connections.Count;
            _connections.Add(connection);
        }
    }

    public void Remove(ClientConnection connection)
    {
        lock (_lock)
        {
            // The last one takes its index, so that no other has to move.
            var last = _connections[^1];
            _connections[connection.Index] = last;
            last.Index = connection.Index;
            _connections.RemoveAt(_connections.Count - 1);
        }
    }

    public ClientConnection[] ToArray()
    {
        lock (_lock) return [.. _connections];
    }
}
