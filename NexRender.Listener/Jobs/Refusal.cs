namespace NexRender.Listener.Jobs;

/// <summary>A refusal and its one line for people.</summary>
internal sealed record Refusal(RefusalKind Kind, string Message);
