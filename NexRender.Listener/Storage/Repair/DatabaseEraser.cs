using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Repair;

/// <summary>Removes all jobs from a database that no server has open.</summary>
internal static class DatabaseEraser
{
    /// <summary>Removes all jobs.</summary>
    /// <returns>The number of jobs that there were.</returns>
    /// <exception cref="StorageException">A server has the database open, or it cannot be read or written.</exception>
    public static int Erase(string path, Disk disk)
    {
        var paths = new DatabasePaths(path);
        using var held = new DatabaseLock(paths);
        var folder = new DatabaseFolder(paths, disk);
        var jobs = new ReplayedJobs();
        try
        {
            new Recovery(folder, _ => { }).Read(jobs);
            folder.Publish(paths.File, []);
            // After the publication: a crash in between leaves a journal whose changes are applied to the empty list.
            folder.Delete(paths.OldJournal, paths.Journal, paths.NewJournal, paths.Reserve);
            folder.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.Other, $"cannot erase the database {paths.File}: {StorageFailure.OneLine(e)}", e);
        }
        return jobs.Count;
    }
}
