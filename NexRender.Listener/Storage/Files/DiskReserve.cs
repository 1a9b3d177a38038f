namespace NexRender.Listener.Storage.Files;

/// <summary>
/// Room on the disk that is kept for the day when the disk is full: given back then, it lets jobs be finished and deleted, while new ones
/// are refused until there is room again.
/// </summary>
internal sealed class DiskReserve(DatabasePaths paths, StorageOptions options, CommitQueue queue, Action<string> report, Action<string> reportError)
{
    /// <summary>Takes the room; without it no new job is accepted.</summary>
    public bool TryTake()
    {
        try
        {
            options.Disk.Reserve(paths.Reserve, options.Reserve);
            queue.RefuseNewJobs(null);
            return true;
        }
        catch (Exception e)
        {
            var failure = StorageFailure.From(e);
            if (queue.Full is null) reportError($"no room for {paths.Reserve}: {failure.Reason}; new jobs are refused until there is");
            queue.RefuseNewJobs(failure);
            return false;
        }
    }

    /// <summary>Gives the room back to the disk, where there is any left.</summary>
    public bool TryGiveBack(StorageFailure failure)
    {
        if (!File.Exists(paths.Reserve)) return false;
        options.Disk.Delete(paths.Reserve);
        if (queue.Full is null) reportError($"the disk of {paths.File} is full ({failure.Reason}): new jobs are refused until there is room; finishing and deleting goes on");
        queue.RefuseNewJobs(failure);
        return true;
    }

    /// <summary>Accepts new jobs again, where there is room again.</summary>
    public void TryLeaveFullDisk()
    {
        if (TryTake()) report($"the disk of {paths.File} has room again; new jobs are accepted");
    }
}
