namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>How the relay of an answer ended.</summary>
internal enum RelayResult
{
    /// <summary>The answer is complete, and both connections can serve another request.</summary>
    Complete,

    /// <summary>The answer is complete, and the inner connection ends with it.</summary>
    CompleteAndClosed,

    /// <summary>The client takes nothing any more.</summary>
    ClientGone,

    /// <summary>The inside failed before the client got anything.</summary>
    Unanswered,

    /// <summary>The inside failed in the middle of the answer.</summary>
    Cut,
}
