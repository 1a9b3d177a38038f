using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Commit;

/// <summary>The changes that are written, synced and acknowledged together.</summary>
internal sealed class Batch
{
    // Continuations run requests to their end; on the writer thread they would delay the next batch.
    private readonly TaskCompletionSource<StorageFailure?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<JournalRecord> Records { get; } = [];

    /// <summary>Completes with <c>null</c> once the batch is durable, or with the reason once it has been rolled back.</summary>
    public Task<StorageFailure?> Done => _done.Task;

    /// <summary>Completes this batch when another one is completed, and with the same result.</summary>
    public async Task CompleteWithAsync(Batch other) => Complete(await other.Done.ConfigureAwait(false));

    public void Complete(StorageFailure? failure) => _done.SetResult(failure);
}
