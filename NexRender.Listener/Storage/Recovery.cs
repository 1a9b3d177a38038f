using System.Text.Json;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>
/// Reads the files of a database at every start. Everything is read and validated before anything is changed: a server that refuses to
/// start leaves every file as it was.
/// <list type="table">
/// <item><term>no file</term><description>an empty database is created</description></item>
/// <item><term>database.js is missing, but its temporary file complete</term><description>it takes its place</description></item>
/// <item><term>database.js is missing, a journal has changes of it</term><description>refused</description></item>
/// <item><term>a journal</term><description>replayed, also if the checkpoint covers it: the result is the same</description></item>
/// <item><term>a torn tail</term><description>copied to a file of its own, truncated and reported</description></item>
/// <item><term>damage before valid records, or records missing between two journals</term><description>refused</description></item>
/// </list>
/// </summary>
internal sealed class Recovery(DatabaseFolder folder, Action<string> report)
{
    private JournalReader? _old;
    private JournalReader? _current;

    /// <summary>The sequence number of the last change found.</summary>
    public long LastSequence => _current is { HasHeader: true } ? _current.LastSequence : _old?.LastSequence ?? 0;

    /// <summary>The number of journal records that were replayed.</summary>
    public long Replayed => (_old?.Records ?? 0) + (_current?.Records ?? 0);

    private DatabasePaths Paths => folder.Paths;

    /// <summary>Passes on the remembered removals. A damaged file is ignored: without it late reports are refused, no more.</summary>
    public void ReadRemovals(Action<byte[]> load)
    {
        if (!File.Exists(Paths.Removed)) return;
        try
        {
            foreach (var removal in CheckpointReader.Read(Paths.Removed)) load(removal);
        }
        catch (StorageException e)
        {
            report($"ignoring the list of removed jobs: {e.Message}");
        }
    }

    /// <summary>Loads the checkpoint and the journals into a target, then cleans up what a crash left behind.</summary>
    /// <exception cref="StorageException">The database cannot be opened; nothing was changed.</exception>
    public void Read(IRecoveryTarget target)
    {
        var checkpoint = Inspect(target);
        if (Replayed > 0) report($"recovered {Replayed} changes from the journal of {Paths.File}");
        if (checkpoint == Paths.Temporary) PromoteTemporary();
        else if (checkpoint is null) folder.Publish(Paths.File, []);
        TruncateTail(_old);
        TruncateTail(_current);
    }

    /// <summary>Reads and validates everything, and changes nothing.</summary>
    /// <returns>The file that is the checkpoint; <c>null</c> if there is none.</returns>
    /// <exception cref="StorageException">The database cannot be opened.</exception>
    public string? Inspect(IRecoveryTarget target)
    {
        var checkpoint = FindCheckpoint();
        if (checkpoint is not null) Load(checkpoint, target);
        if (File.Exists(Paths.OldJournal)) (_old = new JournalReader(Paths.OldJournal)).Read(target);
        if (File.Exists(Paths.Journal)) (_current = new JournalReader(Paths.Journal)).Read(target);
        Validate(_old);
        Validate(_current);
        ValidateContinuity(checkpoint is not null);
        return checkpoint;
    }

    /// <summary>Opens the journal to append to; creates it if there is none.</summary>
    public JournalFile OpenJournal(int jobs)
    {
        if (_current is { HasHeader: true }) return JournalFile.Continue(folder.Disk, Paths.Journal, _current);
        var journal = JournalFile.Create(folder.Disk, Paths.Journal, LastSequence + 1, jobs);
        // The journal must be found after a power cut before the first change in it is acknowledged.
        folder.Sync();
        return journal;
    }

    // Fast path: the target validates each job itself, because parsing each job twice doubles the time of a start. If it rejects one, or a
    // line was not what it looked like, the file is read again by the strict parser, which reports line and column.
    private static void Load(string checkpoint, IRecoveryTarget target)
    {
        try
        {
            target.Load(CheckpointReader.Read(checkpoint, checksJobs: false));
        }
        catch (Exception e) when (e is JsonException or StorageException)
        {
            target.Load(CheckpointReader.Read(checkpoint));
        }
    }

    private string? FindCheckpoint()
    {
        if (File.Exists(Paths.File)) return Paths.File;
        if (Directory.Exists(Paths.File)) throw new StorageException(StorageProblem.NotAFile, $"the database {Paths.File} is a folder");
        if (!File.Exists(Paths.Temporary)) return null;
        try
        {
            foreach (var _ in CheckpointReader.Read(Paths.Temporary)) { }
            return new FileInfo(Paths.Temporary).Length > 0 ? Paths.Temporary : null;
        }
        catch (StorageException)
        {
            // It was never completed, so it was never published: the file before it counts, and there was none.
            return null;
        }
    }

    private static void Validate(JournalReader? journal)
    {
        if (journal is not { HasBadTail: true } || journal.IsTornTail()) return;
        throw Damaged($"the journal {journal.Path} is damaged at byte {journal.ValidLength}, and acknowledged changes come after it");
    }

    private void ValidateContinuity(bool hasCheckpoint)
    {
        var first = _old is { HasHeader: true } ? _old : _current is { HasHeader: true } ? _current : null;
        if (!hasCheckpoint && first is { CheckpointJobs: > 0 })
            throw Damaged($"the database {Paths.File} is missing, and its journal {first.Path} contains changes of it");
        if (_old is not { HasHeader: true } || _current is not { HasHeader: true }) return;
        if (_current.FirstSequence == _old.LastSequence + 1) return;
        throw Damaged(
            $"the journal {_current.Path} begins with change {_current.FirstSequence}, "
            + $"but {_old.Path} ends with change {_old.LastSequence}");
    }

    private static StorageException Damaged(string reason) => new(
        StorageProblem.Damaged, $"{reason}; no file was modified, so restore a copy of the files if there is one");

    private void PromoteTemporary()
    {
        folder.Promote(Paths.Temporary, Paths.File);
        report($"{Paths.File} is missing; restored it from the complete temporary file {Paths.Temporary}");
    }

    private void TruncateTail(JournalReader? journal)
    {
        if (journal is null || journal.ValidLength == journal.FileLength) return;
        // The copy first: once the tail is truncated nobody can look at it any more.
        var copy = journal.HasBadTail ? CopyTail(journal) : null;
        using (var file = folder.Disk.OpenExisting(journal.Path))
        {
            folder.Disk.Truncate(file, journal.ValidLength);
            folder.Disk.Sync(file);
        }
        if (copy is null) return;
        var length = journal.UsedLength - journal.ValidLength;
        report($"truncated a torn, unacknowledged write of {length} bytes from {journal.Path}; saved it as {copy}");
    }

    private string CopyTail(JournalReader journal)
    {
        // On a full disk this makes space for the copy. The reserve is taken again once the database is open.
        folder.Delete(Paths.Reserve);
        var copy = $"{journal.Path}.torn-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
        folder.Copy(journal.Path, journal.ValidLength, journal.UsedLength - journal.ValidLength, copy);
        return copy;
    }
}
