using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>The changes that go to the disk together, and are answered together.</summary>
internal sealed class Batch
{
    private readonly TaskCompletionSource<StorageFailure?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<JournalRecord> Records { get; } = [];

    /// <summary>Completes when the batch is on the disk, with <c>null</c>, or when it cannot be, with the reason.</summary>
    public Task<StorageFailure?> Done => _done.Task;

    public void Complete(StorageFailure? failure) => _done.SetResult(failure);
}
