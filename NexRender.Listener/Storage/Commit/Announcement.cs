using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Commit;

/// <summary>A complete checkpoint that waits until its mark is durable in the journal.</summary>
internal sealed class Announcement(CheckpointMark mark)
{
    private readonly TaskCompletionSource<StorageFailure?> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CheckpointMark Mark => mark;

    /// <summary>Completes with <c>null</c> once the mark is durable, or with the reason why it could not be written.</summary>
    public Task<StorageFailure?> Written => _written.Task;

    public void Complete(StorageFailure? failure) => _written.TrySetResult(failure);
}
