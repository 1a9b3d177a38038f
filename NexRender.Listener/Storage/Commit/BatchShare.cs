namespace NexRender.Listener.Storage.Commit;

/// <summary>
/// Up to eight callers that wait for the same batch: one work item of the thread pool continues them, one after the other.
/// </summary>
internal sealed class BatchShare : IThreadPoolWorkItem
{
    // Few enough that the last one is not noticeably later than the first, and that other processors get their part of a batch.
    private const int Limit = 8;

    private readonly TaskCompletionSource<StorageFailure?> _done = new();
    private int _count = 1;
    private StorageFailure? _failure;

    /// <summary>Completes with the result of the batch.</summary>
    public Task<StorageFailure?> Done => _done.Task;

    /// <summary>Adds a caller.</summary>
    /// <returns>False if it is full.</returns>
    public bool TryJoin() => _count++ < Limit;

    /// <summary>Queues the work item.</summary>
    public void Complete(StorageFailure? failure)
    {
        _failure = failure;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _done.SetResult(_failure);
}
