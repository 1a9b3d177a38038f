namespace NexRender.Listener.Storage;

/// <summary>Thrown when a storage cannot be opened; the message is the reason, in one line without a period at its end.</summary>
/// <param name="problem">The kind of the reason.</param>
/// <param name="reason">The reason.</param>
/// <param name="innerException">The exception of the system.</param>
internal sealed class StorageException(StorageProblem problem, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public StorageProblem Problem => problem;
}
