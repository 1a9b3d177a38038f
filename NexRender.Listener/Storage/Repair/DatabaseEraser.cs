using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

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
        DatabaseFileChecks.Run(paths);
        using var held = DatabaseLock.Acquire(paths, new StorageOptions().LockTimeout);
        var folder = new DatabaseFolder(paths, disk, StorageLog.None);
        var jobs = new ReplayedJobs();
        try
        {
            var recovery = new Recovery(folder, _ => { });
            recovery.Read(jobs);
            using (var journal = JournalReset.Run(folder, [], recovery.LastSequence + 1))
                folder.Delete(JournalReset.Before(paths, journal.Number));
            // The new journal last: until the others are gone, it is what makes them obsolete.
            folder.Delete([.. paths.FindJournals().Select(paths.Journal), paths.Reserve, paths.Answers, paths.Hooks]);
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
