using NexRender.Listener.Storage.Commit;

namespace NexRender.Listener.Storage.Files;

/// <summary>
/// Disk space that is taken while there is some and released when the disk is full: with it jobs can still be finished and deleted, while
/// new ones are refused until there is space again.
/// </summary>
internal sealed class DiskReserve(DatabaseFolder folder, StorageOptions options, CommitQueue queue, StorageLog log)
{
    private readonly string _path = folder.Paths.Reserve;

    /// <summary>Takes the space. If there is not enough, new jobs are refused and the method returns false.</summary>
    public bool TryTake()
    {
        try
        {
            folder.Disk.Reserve(_path, options.ReserveSize);
            queue.RefuseNewJobs(null);
            return true;
        }
        catch (Exception e)
        {
            var failure = StorageFailure.From(e);
            // A limit for files is no lack of space: a smaller reserve does.
            if (failure.IsFileTooLarge)
            {
                queue.RefuseNewJobs(null);
                return true;
            }
            DeletePart();
            if (queue.DiskFull is null) log.Error($"no space for {_path}: {failure.Reason}; new jobs are refused until there is space");
            queue.RefuseNewJobs(failure);
            return false;
        }
    }

    /// <summary>Releases the space and refuses new jobs. Returns false if it was released before.</summary>
    public bool TryRelease(StorageFailure failure)
    {
        if (!File.Exists(_path)) return false;
        folder.Delete(_path);
        if (queue.DiskFull is null)
        {
            log.Error(
                $"the disk of {folder.Paths.File} is full ({failure.Reason}): new jobs are refused until there is space; "
                + "updates and deletions still work");
        }
        queue.RefuseNewJobs(failure);
        return true;
    }

    /// <summary>Accepts new jobs again if there is space.</summary>
    public void TryLeaveFullDisk()
    {
        if (TryTake()) log.Info($"the disk of {folder.Paths.File} has space again; new jobs are accepted");
    }

    // The part that was written takes up space that the journal needs.
    private void DeletePart()
    {
        try
        {
            folder.Delete(_path);
        }
        catch (Exception e)
        {
            log.Error($"cannot delete {_path}: {StorageFailure.OneLine(e)}");
        }
    }
}
