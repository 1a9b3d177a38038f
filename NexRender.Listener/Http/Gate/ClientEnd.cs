namespace NexRender.Listener.Http.Gate;

/// <summary>The reason why no more bytes are received from a client.</summary>
internal enum ClientEnd
{
    /// <summary>More bytes may be received.</summary>
    None,

    /// <summary>The client has shut down its sending side; it may still receive.</summary>
    Closed,

    /// <summary>The connection was reset.</summary>
    Reset,

    /// <summary>A deadline has passed; the client may still receive.</summary>
    TimedOut,

    /// <summary>The server is stopping, and the connection was idle.</summary>
    Stopped,
}
