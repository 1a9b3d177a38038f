namespace NexRender.Listener.Http.Gate;

/// <summary>The open client connections.</summary>
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
            // The last connection fills the gap, so that removal takes constant time.
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
