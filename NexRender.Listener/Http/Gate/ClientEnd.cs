namespace NexRender.Listener.Http.Gate;

/// <summary>The reasons why nothing more is received from a client.</summary>
internal enum ClientEnd
{
    /// <summary>More may be received.</summary>
    None,

    /// <summary>The client has closed its sending direction; it may still read.</summary>
    Closed,

    /// <summary>The connection is broken.</summary>
    Reset,

    /// <summary>A deadline has passed; the client may still read.</summary>
    TimedOut,

    /// <summary>The server stops, and the connection was idle.</summary>
    Stopped,
}
