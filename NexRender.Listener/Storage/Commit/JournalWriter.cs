using System.Diagnostics;
using System.Text;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Commit;

/// <summary>Appends to the present journal and switches to the next one. Used by the writer thread only.</summary>
internal sealed class JournalWriter(
    DatabaseFolder folder, CommitQueue queue, DiskReserve reserve, IJournaledState state, JournalFile first, StorageLog log,
    Action<TimeSpan>? synced) : IDisposable
{
    /// <summary>The present journal.</summary>
    public JournalFile Journal { get; private set; } = first;

    /// <summary>True if the journal has reached the size limit for files, so that a checkpoint is due.</summary>
    public bool HasReachedLimit { get; set; }

    /// <summary>Writes a batch; it is not durable yet. On a full disk the reserve is used, at a size limit a new journal.</summary>
    public void Write(Batch batch)
    {
        try
        {
            // On a full disk the space for zeros written ahead is better used by records.
            Journal.Write(batch.Records, writesAhead: queue.DiskFull is null);
        }
        catch (Exception e) when (StorageFailure.From(e).IsFileTooLarge && !Journal.IsEmpty)
        {
            Journal.TruncateTail();
            Rotate();
            HasReachedLimit = true;
            Journal.Write(batch.Records, writesAhead: false);
        }
        catch (Exception e) when (StorageFailure.From(e) is { IsDiskFull: true } failure && reserve.TryRelease(failure))
        {
            Journal.Write(batch.Records, writesAhead: false);
        }
    }

    /// <summary>The time of the last sync of a batch.</summary>
    public TimeSpan LastSync { get; private set; }

    /// <summary>Makes the written batch durable, and reports how long that took.</summary>
    public void Sync()
    {
        var started = Stopwatch.GetTimestamp();
        Journal.Sync();
        LastSync = Stopwatch.GetElapsedTime(started);
        synced?.Invoke(LastSync);
    }

    /// <summary>Makes the mark of the next checkpoint durable.</summary>
    public void Announce(CheckpointMark mark)
    {
        var record = new JournalRecord(RecordKind.Checkpoint, Encoding.ASCII.GetBytes(mark.ToString()));
        try
        {
            Journal.Write([record], writesAhead: false);
        }
        catch
        {
            Journal.TruncateTail();
            throw;
        }
        Journal.Sync();
    }

    /// <summary>Removes a failed write; returns false if that fails too, so that the journal cannot be used any more.</summary>
    public bool TryTruncateTail()
    {
        try
        {
            Journal.TruncateTail();
            return true;
        }
        catch (Exception e)
        {
            log.Error($"cannot truncate {Journal.Path} to its last valid record: {StorageFailure.OneLine(e)}");
            return false;
        }
    }

    /// <summary>Begins a new journal, so that the present one can be deleted once the next checkpoint covers it.</summary>
    /// <exception cref="IOException">A step failed; the present journal stays in use.</exception>
    public void Rotate()
    {
        var number = Journal.Number + 1;
        JournalFile? next = null;
        try
        {
            next = JournalFile.Create(folder, number, new JournalHeader(Journal.LastSequence + 1, state.Count, Checkpoint: null));
            folder.Sync();
        }
        catch
        {
            // If it cannot even be deleted, a start ignores it: it has no records and does not continue the present one.
            next?.Dispose();
            folder.Delete(folder.Paths.Journal(number));
            throw;
        }
        SwitchTo(next);
    }

    /// <summary>Appends to another journal from now on.</summary>
    public void SwitchTo(JournalFile next)
    {
        Journal.Dispose();
        Journal = next;
    }

    public void Dispose() => Journal.Dispose();
}
