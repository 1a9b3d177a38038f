namespace NexRender.Listener.Tests.Bench;

/// <summary>What is asked of a server.</summary>
internal enum Operation
{
    Put,
    Get,
    Pickup,
    Post,
    List,
    Start,
    Checkpoint,
}
