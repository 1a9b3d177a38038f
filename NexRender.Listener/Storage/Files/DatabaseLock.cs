namespace NexRender.Listener.Storage.Files;

/// <summary>Holds the exclusive lock on a database, which the system releases when the process ends, however that happens.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Acquires the lock.</summary>
    /// <exception cref="StorageException">Another server holds it, or the folder cannot be written.</exception>
    public DatabaseLock(DatabasePaths paths)
    {
        // A file of its own, because every checkpoint replaces database.js: a lock on that one would be a lock on an unlinked file.
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            CreateFolder(paths.Folder);
            _file = new FileStream(paths.Lock, options);
        }
        catch (IOException e) when (File.Exists(paths.Lock) && !StorageFailure.From(e).IsDiskFull)
        {
            throw new StorageException(StorageProblem.InUse, $"the database {paths.File} is in use by another server", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.NotWritable, $"cannot write to the folder {paths.Folder}: {StorageFailure.OneLine(e)}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
