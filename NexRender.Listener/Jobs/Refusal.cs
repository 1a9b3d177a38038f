using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs;

/// <summary>The reason why a request was not carried out, with one line for people.</summary>
internal sealed record Refusal(RefusalKind Kind, string Message)
{
    public static Refusal NotFound(string uid) => new(RefusalKind.NotFound, $"job not found: {uid}");

    public static Refusal AlreadyExists(Job job) => new(
        RefusalKind.Conflict, $"job {job.Uid} exists already and is {job.State}; remove it first, or use another uid");

    public static Refusal NotStored(StorageFailure failure) => failure.IsDiskFull
        ? new(RefusalKind.DiskFull, $"no room on the server's disk: {failure.Reason}")
        : new(RefusalKind.Unavailable, $"the change cannot be stored: {failure.Reason}");
}
