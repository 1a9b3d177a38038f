namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>The histogram that a response counts in.</summary>
internal enum LoadPhase
{
    WarmUp,
    Measured,

    /// <summary>The server is writing a checkpoint.</summary>
    Checkpoint,
}
