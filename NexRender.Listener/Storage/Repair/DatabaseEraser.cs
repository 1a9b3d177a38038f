using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Repair;

/// <summary>Empties a database that no server holds.</summary>
internal static class DatabaseEraser
{
    /// <summary>Erases all jobs.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="StorageException">A server holds the database, or it cannot be read or written.</exception>
    public static int Erase(string path, Disk disk)
    {
        var paths = new DatabasePaths(path);
        using var held = new DatabaseLock(paths);
        var jobs = new ReplayedJobs();
        try
        {
            new Recovery(paths, disk, _ => { }).Read(jobs);
            new CheckpointWriter(disk).Write(paths.Temporary, [], () => { });
            disk.Replace(paths.Temporary, paths.File);
            disk.FlushFolder(paths.Folder);
            foreach (var left in new[] { paths.OldJournal, paths.Journal, paths.NewJournal, paths.Reserve }) disk.Delete(left);
            disk.FlushFolder(paths.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.Other, $"cannot erase the database {paths.File}: {e.Message}", e);
        }
        return jobs.Count;
    }
}
