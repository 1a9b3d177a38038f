namespace NexRender.Listener.Tests.Bench;

/// <summary>The measured operations.</summary>
internal enum Operation
{
    Put,
    Get,
    Pickup,
    Post,
    List,
    Many,
    Watch,
    Held,
    Page,
    Minimal,
    Unchanged,
    Start,
    Checkpoint,
}
