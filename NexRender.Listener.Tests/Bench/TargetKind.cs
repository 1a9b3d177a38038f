namespace NexRender.Listener.Tests.Bench;

/// <summary>Which of the servers of the comparison.</summary>
internal enum TargetKind
{
    Listener,
    Original,
    Echo,
    Redis,
}
