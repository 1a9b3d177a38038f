using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Files.Status;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>
/// Notices that a file of the database was deleted, moved or replaced under the running server, by a synchronisation tool for example. What
/// is written to a file without a name is lost at the next start, so it must not be acknowledged.
/// </summary>
internal sealed class DatabaseGuard(DatabaseFolder folder, DatabaseLock fileLock, StorageLog log) : IDisposable
{
    private readonly Lock _lock = new();

    // Guarded by the lock. While a checkpoint is published the path may name either of them; and still after a failure, if only the sync of
    // the folder failed.
    private GuardedFile? _checkpoint;
    private GuardedFile? _next;
    private ulong _device;

    private DatabasePaths Paths => folder.Paths;

    /// <summary>Guards the checkpoint that was read at the start.</summary>
    public void Begin(CheckpointMark mark)
    {
        _device = FileStatus.Of(Paths.Folder)?.Device ?? 0;
        _checkpoint = GuardedFile.Open(Paths.File, mark);
    }

    /// <summary>
    /// Accepts a complete temporary file, which is about to replace the checkpoint, and saves a foreign file in its place.
    /// </summary>
    public void Announce(string temporary, CheckpointMark mark)
    {
        var next = GuardedFile.Open(temporary, mark);
        lock (_lock)
        {
            if (!IsCheckpointInPlace_NeedsLock() && !TryAdopt_NeedsLock()) SaveForeignFile();
            if (_next?.IsAt(Paths.File) == true) (_checkpoint, _next) = (_next, _checkpoint);
            _next?.Dispose();
            _next = next;
        }
    }

    /// <summary>Returns the reason why a change in a journal would not be found at the next start; <c>null</c> if it would.</summary>
    public string? FindProblem(JournalFile journal)
    {
        try
        {
            if (!fileLock.IsInPlace()) return fileLock.TryAcquireAgain() ? FindProblem(journal) : $"another server has locked {Paths.File}";
            if (!journal.IsInPlace()) return $"{journal.Path} was deleted, moved or replaced";
            lock (_lock)
            {
                // A copy with the same content, or a new time of modification, is no loss.
                if (IsCheckpointInPlace_NeedsLock() || TryAdopt_NeedsLock()) return null;
            }
            return $"{Paths.File} was deleted, moved or replaced";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            return $"the files of {Paths.File} cannot be checked: {StorageFailure.OneLine(e)}";
        }
    }

    /// <summary>Makes the folder fit for new files of the database.</summary>
    /// <exception cref="IOException">It is not: another server uses the database, or the disk of the folder is not mounted any
    /// more.</exception>
    public void PrepareFolder()
    {
        DatabaseLock.CreateFolder(Paths.Folder);
        // Without this check the database would be written below the mount point, where nobody finds it once the disk is mounted again.
        if (FileStatus.Of(Paths.Folder)?.Device != _device)
            throw new IOException($"the folder {Paths.Folder} is on another disk than at the start; mount its disk again");
        if (fileLock.IsInPlace() || fileLock.TryAcquireAgain()) return;
        throw new IOException($"another server has locked {Paths.File}; stop one of the two");
    }

    public void Dispose()
    {
        _checkpoint?.Dispose();
        _next?.Dispose();
    }

    private bool IsCheckpointInPlace_NeedsLock() => _next?.IsAt(Paths.File) == true || _checkpoint?.IsAt(Paths.File) == true;

    private bool TryAdopt_NeedsLock()
    {
        if (ReadMark() is not { } mark || mark != (_next ?? _checkpoint)?.Mark) return false;
        var copy = GuardedFile.Open(Paths.File, mark);
        _next?.Dispose();
        _next = copy;
        return true;
    }

    private CheckpointMark? ReadMark()
    {
        if (FileStatus.Of(Paths.File) is not { Kind: FileKind.Regular }) return null;
        using var file = new FileStream(Paths.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        var (mark, buffer) = (default(CheckpointMark), new byte[1 << 20]);
        for (int read; (read = file.Read(buffer)) > 0;) mark = mark.Append(buffer.AsSpan(0, read));
        return mark;
    }

    // Whoever put it there may want it back; the server cannot merge it with its own jobs.
    private void SaveForeignFile()
    {
        if (FileStatus.Of(Paths.File) is null) return;
        var copy = DatabasePaths.Aside(Paths.File, "replaced");
        folder.Disk.Replace(Paths.File, copy, () => { });
        log.Error($"{Paths.File} was replaced by another file while the server was running; saved that file as {copy}");
    }
}
