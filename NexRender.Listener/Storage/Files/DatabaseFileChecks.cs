using System.Runtime.InteropServices;
using NexRender.Listener.Storage.Files.Status;

namespace NexRender.Listener.Storage.Files;

/// <summary>
/// Refuses paths that the storage cannot work with, before anything is opened: opening a pipe would wait for its other end.
/// </summary>
internal static class DatabaseFileChecks
{
    private const int NotPermitted = 1, AccessDenied = 13, Busy = 16, ReadOnlyFileSystem = 30;

    /// <summary>Checks the database and the files beside it.</summary>
    /// <exception cref="StorageException">One of them is not a regular file, or the database cannot be replaced.</exception>
    public static void Run(DatabasePaths paths)
    {
        try
        {
            foreach (var path in paths.All()) CheckKind(path, paths);
            CheckReplaceable(paths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.NotReadable, $"cannot read the folder {paths.Folder}: {StorageFailure.OneLine(e)}", e);
        }
    }

    private static void CheckKind(string path, DatabasePaths paths)
    {
        if (FileStatus.Of(path) is not { } status) return;
        var name = path == paths.File ? $"the database {path}" : path;
        if (status.Kind == FileKind.Folder) throw new StorageException(StorageProblem.NotAFile, $"{name} is a folder");
        if (status.Kind == FileKind.Special)
            throw new StorageException(StorageProblem.NotAFile, $"{name} is a device, a pipe or a socket, and not a file");
        if (status.IsMountPoint)
            throw new StorageException(StorageProblem.NotReplaceable, $"{name} is mounted as a single file, which cannot be replaced");
    }

    // The database is replaced by a rename at every checkpoint. A file may be writable and its folder too, and yet this is forbidden: for
    // an
    // immutable file, or for the file of another user in a folder with the sticky bit.
    private static void CheckReplaceable(DatabasePaths paths)
    {
        if (!File.Exists(paths.File)) return;
        if (OperatingSystem.IsWindows())
        {
            if (File.GetAttributes(paths.File).HasFlag(FileAttributes.ReadOnly))
                throw new StorageException(StorageProblem.NotReplaceable, $"the database {paths.File} is read-only");
            return;
        }
        // A file cannot replace a folder, so this rename fails in any case; the system tells whether the file may be renamed before that.
        var probe = paths.File + ".probe";
        try
        {
            Directory.CreateDirectory(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be written: acquiring the lock finds out the same and reports it.
            return;
        }
        NativeMethods.Rename(paths.File, probe);
        var error = Marshal.GetLastPInvokeError();
        Directory.Delete(probe);
        if (error is not (NotPermitted or AccessDenied or Busy or ReadOnlyFileSystem)) return;
        throw new StorageException(
            StorageProblem.NotReplaceable, $"the database {paths.File} cannot be replaced: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
