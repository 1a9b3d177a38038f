namespace NexRender.Listener.Storage.Files;

/// <summary>A short list of JSON objects in a file beside the database, which is replaced as a whole.</summary>
internal sealed class SideFile(DatabaseFolder folder, string path, StorageLog log) : ISideFile
{
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

    public void Delete() => folder.Delete(path);

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
