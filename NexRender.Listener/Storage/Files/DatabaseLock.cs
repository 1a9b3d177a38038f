using System.Diagnostics;
using NexRender.Listener.Storage.Files.Status;

namespace NexRender.Listener.Storage.Files;

/// <summary>Holds the exclusive lock on a database, which the system releases when the process ends, however that happens.</summary>
/// <remarks>
/// The lock is a file of its own, because every checkpoint replaces database.js. Somebody may delete it, so a start also looks at the
/// journals and at database.js: on Unix a running server holds shared locks on them, on Windows it has its journal open for writing.
/// </remarks>
internal sealed class DatabaseLock : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly DatabasePaths _paths;
    private FileStream _file;
    private FileIdentity? _identity;

    private DatabaseLock(DatabasePaths paths, FileStream file)
    {
        (_paths, _file) = (paths, file);
        _identity = FileStatus.Of(file.SafeFileHandle, paths.Lock);
    }

    /// <summary>Acquires the lock.</summary>
    /// <param name="paths">The paths of the database.</param>
    /// <param name="timeout">The time to wait for a program that only reads the files, such as a backup or a virus scanner.</param>
    /// <exception cref="StorageException">Another server holds it, or the folder cannot be written.</exception>
    public static DatabaseLock Acquire(DatabasePaths paths, TimeSpan timeout)
    {
        for (var started = Stopwatch.GetTimestamp(); ; Thread.Sleep(RetryInterval))
        {
            // The other files first: a server whose lock file was deleted needs the name to create it again.
            var isUsed = IsDatabaseUsed(paths);
            if (!isUsed && TryOpen(paths) is { } file)
            {
                var acquired = new DatabaseLock(paths, file);
                // Between the opening and the lock the file may have been deleted, and a server may have started.
                if (acquired.IsInPlace() && !IsDatabaseUsed(paths)) return acquired;
                acquired.Dispose();
            }
            // With both in use it is a server, for which nobody needs to wait.
            var isServer = isUsed && IsUsed(paths.Lock, FileShare.None);
            if (isServer || Stopwatch.GetElapsedTime(started) >= timeout)
                throw new StorageException(StorageProblem.InUse, $"the database {paths.File} is in use by another server");
        }
    }

    /// <summary>Returns true if the path still names the locked file.</summary>
    public bool IsInPlace() => _identity is not { } identity || FileStatus.IsAt(_paths.Lock, identity);

    /// <summary>Creates and locks the file again after it was deleted or replaced; returns false if another server has locked it.</summary>
    public bool TryAcquireAgain()
    {
        if (TryOpen(_paths) is not { } file) return false;
        _file.Dispose();
        (_file, _identity) = (file, FileStatus.Of(file.SafeFileHandle, _paths.Lock));
        return true;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Creates a folder that only its owner may open.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream? TryOpen(DatabasePaths paths)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            CreateFolder(paths.Folder);
            return new FileStream(paths.Lock, options);
        }
        catch (IOException e) when (File.Exists(paths.Lock) && !StorageFailure.From(e).IsDiskFull)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.NotWritable, $"cannot write to the folder {paths.Folder}: {StorageFailure.OneLine(e)}", e);
        }
    }

    private static bool IsDatabaseUsed(DatabasePaths paths)
    {
        // On Windows this fails for whoever writes the file, on Unix for whoever has a shared lock on it, which the framework gives to
        // readers.
        var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        return IsUsed(paths.File, share) || Array.Exists(paths.FindJournals(), number => IsUsed(paths.Journal(number), share));
    }

    private static bool IsUsed(string path, FileShare share)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, share, 0);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
