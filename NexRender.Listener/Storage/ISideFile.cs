namespace NexRender.Listener.Storage;

/// <summary>A short list of JSON objects beside the jobs, which is replaced as a whole.</summary>
internal interface ISideFile
{
    /// <summary>Reads the objects. A damaged list is reported and ignored; a missing one is empty.</summary>
    IReadOnlyList<byte[]> Read();

    /// <summary>Deletes the list, if there is one.</summary>
    void Delete();

    /// <summary>Replaces the list; the new content is durable when the method returns.</summary>
    /// <returns>The reason why it could not be replaced; <c>null</c> if it was.</returns>
    StorageFailure? TryWrite(byte[][] items);
}
