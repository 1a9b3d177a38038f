using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Commit;

/// <summary>The changes that are written, synced and acknowledged together.</summary>
internal sealed class Batch
{
    // Continuations run requests to their end; on the writer thread they would delay the next batch.
    private readonly TaskCompletionSource<StorageFailure?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by itself. The last one takes waiters until it is full.
    private readonly List<BatchShare> _shares = [];

    public List<JournalRecord> Records { get; } = [];

    /// <summary>Completes with <c>null</c> once the batch is durable, or with the reason once it has been rolled back.</summary>
    public Task<StorageFailure?> Done => _done.Task;

    /// <summary>
    /// Completes as <see cref="Done"/> does, with a work item that continues up to seven other callers too: for callers that continue
    /// briefly and without blocking. A batch with hundreds of callers then costs tens of work items.
    /// </summary>
    public Task<StorageFailure?> WhenDoneAsync()
    {
        lock (_shares)
        {
            if (Done.IsCompleted) return Done;
            if (_shares.Count == 0 || !_shares[^1].TryJoin()) _shares.Add(new BatchShare());
            return _shares[^1].Done;
        }
    }

    /// <summary>Completes this batch when another one is completed, and with the same result.</summary>
    public async Task CompleteWithAsync(Batch other) => Complete(await other.Done.ConfigureAwait(false));

    public void Complete(StorageFailure? failure)
    {
        lock (_shares) _done.SetResult(failure);
        // Nobody joins any more.
        foreach (var share in _shares) share.Complete(failure);
    }
}
