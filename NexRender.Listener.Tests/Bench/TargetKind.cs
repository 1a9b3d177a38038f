namespace NexRender.Listener.Tests.Bench;

/// <summary>The servers of the comparison.</summary>
internal enum TargetKind
{
    Listener,
    Original,
    Echo,
    Redis,
}
