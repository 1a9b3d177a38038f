using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Files;

/// <summary>The folder of a database: the place where its files are published, copied and deleted.</summary>
internal sealed class DatabaseFolder(DatabasePaths paths, Disk disk, StorageLog log)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private volatile bool _cannotSync;

    public DatabasePaths Paths => paths;

    public Disk Disk => disk;

    /// <summary>Replaces a file by a list of jobs in one step: a reader or a crash finds the old content or the new one.</summary>
    /// <param name="path">The file; the new content stands beside it until it is complete and durable.</param>
    /// <param name="jobs">The JSON of each job.</param>
    /// <param name="yield">Called between slices and before repetitions; it may pause, or cancel by throwing.</param>
    /// <param name="beforeRename">Called once the new content is durable; it may prevent the publication by throwing.</param>
    /// <returns>The mark of the new content.</returns>
    /// <exception cref="IOException">A step failed; the content is the new one only if the sync of the folder failed.</exception>
    public CheckpointMark Publish(string path, JsonBytes[] jobs, Action? yield = null, Action<CheckpointMark>? beforeRename = null)
    {
        var temporary = DatabasePaths.TemporaryOf(path);
        yield ??= () => { };
        try
        {
            var mark = new CheckpointWriter(disk).Write(temporary, jobs, yield);
            KeepMode(temporary, path);
            beforeRename?.Invoke(mark);
            Promote(temporary, path, yield);
            return mark;
        }
        catch
        {
            // The space that it takes up may be what the journal needs.
            disk.Delete(temporary);
            throw;
        }
    }

    /// <summary>Gives a complete and durable temporary file its final name.</summary>
    public void Promote(string temporary, string path, Action? yield = null)
    {
        disk.Replace(temporary, path, yield ?? (() => { }));
        // Until the folder is synced a power cut may bring back the old file. Whatever deletes what the new file replaces comes after this.
        Sync();
    }

    /// <summary>Makes creations, renames and deletions in the folder durable, if the file system can.</summary>
    public void Sync()
    {
        if (_cannotSync) return;
        try
        {
            disk.SyncDirectory(paths.Folder);
        }
        catch (IOException e) when (Disk.IsUnsupported(e))
        {
            _cannotSync = true;
            log.Error(
                $"the file system of {paths.Folder} cannot sync folders ({StorageFailure.OneLine(e)}); "
                + "after a power cut files may be missing, so keep the database on a local disk");
        }
    }

    /// <summary>Deletes files; missing ones are ignored.</summary>
    public void Delete(params IEnumerable<string> files)
    {
        foreach (var file in files.Where(File.Exists)) disk.Delete(file);
    }

    /// <summary>Copies a part of a file to a new file and makes the copy durable, but not yet its name.</summary>
    public void Copy(string source, long offset, long length, string target)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        from.Position = offset;
        using var to = disk.Create(target);
        var buffer = new byte[1 << 20];
        for (long copied = 0; copied < length;)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(buffer.Length, length - copied));
            if (read == 0) break;
            disk.Write(to, buffer.AsSpan(0, read), copied);
            copied += read;
        }
        disk.Sync(to);
    }

    /// <summary>Writes a new file and makes it durable, but not yet its name.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = disk.Create(path);
        disk.Write(file, content, 0);
        disk.Sync(file);
    }

    // An administrator may have granted others access to the file, for backups say: the file that replaces it keeps the mode.
    private static void KeepMode(string temporary, string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        var mode = File.GetUnixFileMode(path);
        if (mode != OwnerOnly) File.SetUnixFileMode(temporary, mode);
    }
}
