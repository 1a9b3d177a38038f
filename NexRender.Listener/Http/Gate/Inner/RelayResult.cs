namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The result of relaying a response.</summary>
internal enum RelayResult
{
    /// <summary>The response is complete, and the inner connection can be reused.</summary>
    Complete,

    /// <summary>The response is complete, and the inner connection is closed.</summary>
    CompleteAndClosed,

    /// <summary>The client has disconnected or timed out.</summary>
    ClientGone,

    /// <summary>The inner listener failed before any byte was relayed.</summary>
    Unanswered,

    /// <summary>The inner listener failed during the response.</summary>
    Cut,
}
