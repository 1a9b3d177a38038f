namespace NexRender.Listener.Tests.Bench;

/// <summary>To which histogram an answer counts.</summary>
internal enum LoadPhase
{
    WarmUp,
    Measured,

    /// <summary>While the server writes a checkpoint.</summary>
    Checkpoint,
}
