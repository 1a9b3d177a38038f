using NexRender.Listener.Json;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Replaces the checkpoint and makes all journals obsolete in one step.</summary>
internal static class JournalReset
{
    /// <summary>Publishes a checkpoint together with an empty journal that follows it.</summary>
    /// <param name="folder">The folder of the database.</param>
    /// <param name="jobs">The JSON of each job.</param>
    /// <param name="firstSequence">The sequence number of the first record of the new journal.</param>
    /// <param name="announce">Called with the temporary file and its mark before it replaces the checkpoint.</param>
    /// <returns>The new journal. The old ones can be deleted.</returns>
    /// <exception cref="IOException">A step failed; the old files still count, or the new ones do.</exception>
    public static JournalFile Run(
        DatabaseFolder folder, JsonBytes[] jobs, long firstSequence, Action<string, CheckpointMark>? announce = null)
    {
        var paths = folder.Paths;
        JournalFile? journal = null;
        try
        {
            folder.Publish(paths.File, jobs, beforeRename: mark =>
            {
                // The journal first. Until the file has this mark the journal has no meaning; from then on the older ones have none.
                var number = paths.FindJournals().Append(0).Max() + 1;
                journal = JournalFile.Create(folder, number, new JournalHeader(firstSequence, jobs.Length, mark));
                folder.Sync();
                announce?.Invoke(paths.Temporary, mark);
            });
            return journal!;
        }
        catch
        {
            // Its file stays: after a failed sync of the folder the checkpoint may be the new one, which only this journal accepts.
            journal?.Dispose();
            throw;
        }
    }

    /// <summary>Returns the paths of all journals before one.</summary>
    public static IEnumerable<string> Before(DatabasePaths paths, int number) =>
        paths.FindJournals().Where(other => other < number).Select(paths.Journal);
}
