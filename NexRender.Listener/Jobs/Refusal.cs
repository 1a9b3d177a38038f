namespace NexRender.Listener.Jobs;

/// <summary>The reason why a request was not carried out, with one line for people.</summary>
internal sealed record Refusal(RefusalKind Kind, string Message)
{
    public static Refusal NotFound(string uid) => new(RefusalKind.NotFound, $"job not found: {uid}");
}
