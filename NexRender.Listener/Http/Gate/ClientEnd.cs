namespace NexRender.Listener.Http.Gate;

/// <summary>Why nothing more comes from a client.</summary>
internal enum ClientEnd
{
    /// <summary>More may come.</summary>
    None,

    /// <summary>The client has closed its side; it may still read.</summary>
    Closed,

    /// <summary>The connection is broken.</summary>
    Reset,

    /// <summary>The time for what was awaited is over; the client may still read.</summary>
    TimedOut,

    /// <summary>The server stops, and the connection was idle.</summary>
    Stopped,
}
