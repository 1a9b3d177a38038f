namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>The measured operations.</summary>
internal enum Operation
{
    Put,
    Get,

    /// <summary>A pickup that finds nothing.</summary>
    Pickup,

    /// <summary>A pickup that finds a job, which a PUT returns to the queue.</summary>
    Take,

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
    Redis,
}
