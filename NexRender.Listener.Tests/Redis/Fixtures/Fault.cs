namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>The ways in which a leader drops out.</summary>
internal enum Fault
{
    /// <summary>It is killed, and started again.</summary>
    Kill,

    /// <summary>It stands still for a while, and goes on as if nothing had happened.</summary>
    Pause,

    /// <summary>It does not reach Redis.</summary>
    CutOff,
}
