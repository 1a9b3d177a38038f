using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Storage.Commit;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>A change that was appended to the storage, and is not durable yet.</summary>
/// <param name="Batch">Completes once the change, and all changes that were made with it, are durable or rolled back.</param>
/// <param name="Change">The change.</param>
/// <param name="Job">The version after all changes that were made with it; of a removed job, the last one.</param>
internal sealed record CommittedChange(Batch Batch, JobChange Change, Job Job)
{
    /// <summary>Waits until the change is durable or rolled back.</summary>
    public async ValueTask<JobResult> ResultAsync() => await Batch.WhenDoneAsync().ConfigureAwait(false) is { } failure
        ? JobResult.Refused(Refusal.NotStored(failure))
        : JobResult.Changed(Change, Job);
}
