namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The results of relaying a response.</summary>
internal enum RelayResult
{
    /// <summary>The response is complete, and the inner connection can be used again.</summary>
    Complete,

    /// <summary>The response is complete, and the inner connection is closed.</summary>
    CompleteAndClosed,

    /// <summary>The client was sent the head of a stream, whose body the handler sends.</summary>
    Stream,

    /// <summary>The client disconnected or did not read in time.</summary>
    ClientGone,

    /// <summary>The inner listener failed before anything was sent to the client.</summary>
    NoResponse,

    /// <summary>The inner listener failed after a part of the response was sent.</summary>
    Truncated,
}
