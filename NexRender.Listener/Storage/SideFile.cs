using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage;

/// <summary>A short list of JSON objects in a file beside the database, which is replaced as a whole.</summary>
internal sealed class SideFile(DatabaseFolder folder, string path, StorageLog log)
{
    /// <summary>Reads the objects. A damaged file is reported and ignored; a missing one is empty.</summary>
    public IReadOnlyList<byte[]> Read()
    {
        if (!File.Exists(path)) return [];
        try
        {
            return [.. CheckpointReader.Read(path)];
        }
        catch (StorageException e)
        {
            log.Error($"ignoring a damaged file: {e.Message}");
            return [];
        }
    }

    /// <summary>Deletes the file, if there is one.</summary>
    public void Delete() => folder.Delete(path);

    /// <summary>Replaces the file; the new content is durable when the method returns.</summary>
    /// <returns>The reason why it could not be replaced; <c>null</c> if it was.</returns>
    public StorageFailure? TryWrite(byte[][] items)
    {
        try
        {
            folder.Publish(path, [.. items]);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StorageFailure.From(e);
        }
    }
}
