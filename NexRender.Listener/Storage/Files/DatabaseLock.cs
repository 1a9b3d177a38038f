namespace NexRender.Listener.Storage.Files;

/// <summary>Keeps a second server off the database. The system releases it with the process, however that ends.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    // A file of its own: database.js becomes another file with each swap.
    public DatabaseLock(DatabasePaths paths)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            CreateFolder(paths.Folder);
            _file = new FileStream(paths.Lock, options);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(StorageProblem.NotWritable, $"cannot write to the folder {paths.Folder}: {e.Message.TrimEnd('.')}", e);
        }
        catch (IOException e) when (File.Exists(paths.Lock) && !IsFull(e))
        {
            throw new StorageException(StorageProblem.InUse, $"the database {paths.File} is in use by another server", e);
        }
        catch (IOException e)
        {
            throw new StorageException(StorageProblem.NotWritable, $"cannot write to the folder {paths.Folder}: {e.Message.TrimEnd('.')}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsFull(IOException e) => StorageFailure.From(e).DiskFull;

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
