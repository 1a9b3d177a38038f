namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The time during which the listener works on a request.</summary>
/// <param name="startedAt">Its start, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
internal sealed class Turn(long startedAt)
{
    public long StartedAt => startedAt;

    /// <summary>True if it no longer counts. Guarded by the lock of the <see cref="TurnQueue"/>.</summary>
    public bool HasEnded { get; set; }
}
