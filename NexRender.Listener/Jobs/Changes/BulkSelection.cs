using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>The jobs that an action on many jobs is for: those of a list of uids, or those that meet a condition.</summary>
/// <param name="Uids">The uids; <c>null</c> for all jobs that meet the condition.</param>
/// <param name="Matches">The condition; <c>null</c> for none.</param>
internal sealed record BulkSelection(IReadOnlyCollection<string>? Uids, Func<Job, bool>? Matches = null)
{
    /// <summary>Finds the jobs.</summary>
    /// <param name="writer">The jobs and their lock.</param>
    /// <param name="commit">The change that they are found for.</param>
    /// <param name="missing">Receives the uids that no job has.</param>
    public List<BulkItem> Find(ChangeWriter writer, BulkCommit commit, List<string> missing)
    {
        var found = new List<BulkItem>();
        if (Uids is not null)
        {
            foreach (var uid in Uids.Distinct(StringComparer.Ordinal)) Look(writer, commit, uid, found, missing);
            return found;
        }
        lock (writer.Lock)
        {
            found.EnsureCapacity(writer.Table.Count);
            foreach (var entry in writer.Table.Jobs.Entries()) found.Add(new BulkItem(entry, entry.Job, commit));
        }
        // Outside of the lock: a condition may have to parse each job.
        if (Matches is not null) found.RemoveAll(item => !Matches(item.Before));
        return found;
    }

    private static void Look(ChangeWriter writer, BulkCommit commit, string uid, List<BulkItem> found, List<string> missing)
    {
        JobEntry? entry;
        Job? job;
        lock (writer.Lock)
        {
            entry = writer.Table.Find(uid);
            job = entry?.Job;
        }
        if (entry is null) missing.Add(uid);
        else found.Add(new BulkItem(entry, job!, commit));
    }
}
