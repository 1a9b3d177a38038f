namespace NexRender.Listener.Farm.Events;

/// <summary>An event for watchers: its text, and what filters look at. Immutable.</summary>
/// <param name="Name">The name, such as <c>job.picked</c>.</param>
/// <param name="Text">The event as it is sent, but for its id.</param>
internal sealed record FarmEvent(string Name, byte[] Text)
{
    /// <summary>The uid of the job that the event is about; <c>null</c> if it is about none.</summary>
    public string? Uid { get; init; }

    /// <summary>The state of that job.</summary>
    public string? State { get; init; }

    /// <summary>True if a worker renders that job.</summary>
    public bool IsRendering { get; init; }

    /// <summary>True if a person has just ended that job.</summary>
    public bool IsCancelled { get; init; }

    public string? BatchId { get; init; }

    /// <summary>The workers that the event is about: the one that had the job and the one that has it, or the worker itself.</summary>
    public (string? Before, string? After) Workers { get; init; }
}
