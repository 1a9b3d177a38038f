using System.Text.Json;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>
/// Reads what is on the disk at a start. Everything is read and judged before anything is changed: a server that refuses to start leaves
/// every file as it was.
/// <list type="table">
/// <item><term>nothing there</term><description>an empty database is made</description></item>
/// <item><term>database.js missing, a complete temporary one there</term><description>the temporary one becomes it</description></item>
/// <item><term>database.js missing, a journal of its changes there</term><description>refused</description></item>
/// <item><term>a journal</term><description>replayed; twice does no harm, so one that the checkpoint holds already is replayed too</description></item>
/// <item><term>a torn tail</term><description>set aside, cut off, reported</description></item>
/// <item><term>damage before valid records, or records missing between two journals</term><description>refused</description></item>
/// </list>
/// </summary>
internal sealed class Recovery(DatabasePaths paths, Disk disk, Action<string> report)
{
    private JournalReader? _old;
    private JournalReader? _current;

    /// <summary>The sequence number of the last change found.</summary>
    public long LastSequence => _current is { HasHeader: true } ? _current.LastSequence : _old?.LastSequence ?? 0;

    /// <summary>How many records of journals were replayed.</summary>
    public long Replayed => (_old?.Records ?? 0) + (_current?.Records ?? 0);

    /// <summary>Hands out what is remembered of removed jobs. Without it late reports about them are turned away, which is no reason not to start.</summary>
    public void ReadRemovals(Action<byte[]> remember)
    {
        if (!File.Exists(paths.Removed)) return;
        try
        {
            foreach (var removal in CheckpointReader.Read(paths.Removed)) remember(removal);
        }
        catch (StorageException e)
        {
            report($"the list of removed jobs is passed over: {e.Message}");
        }
    }

    /// <summary>Loads the checkpoint and the journals into a target, then puts the files in order.</summary>
    /// <exception cref="StorageException">The database cannot be opened; nothing was changed.</exception>
    public void Read(IRecoveryTarget target)
    {
        var checkpoint = Inspect(target);
        if (Replayed > 0) report($"recovered {Replayed} changes from the journal of {paths.File}");
        if (checkpoint == paths.Temporary) Adopt();
        else if (checkpoint is null) Make();
        CutTail(_old);
        CutTail(_current);
    }

    /// <summary>Reads and judges everything, and changes nothing.</summary>
    /// <returns>The file that is the checkpoint; <c>null</c> where there is none.</returns>
    /// <exception cref="StorageException">The database cannot be opened.</exception>
    public string? Inspect(IRecoveryTarget target)
    {
        var checkpoint = FindCheckpoint();
        if (checkpoint is not null) Load(checkpoint, target);
        if (File.Exists(paths.OldJournal)) (_old = new JournalReader(paths.OldJournal)).Read(target);
        if (File.Exists(paths.Journal)) (_current = new JournalReader(paths.Journal)).Read(target);
        Judge(_old);
        Judge(_current);
        JudgeTogether(checkpoint is not null);
        return checkpoint;
    }

    /// <summary>Opens the journal to go on with, made anew where there is none.</summary>
    public JournalFile OpenJournal(int jobs)
    {
        if (_current is { HasHeader: true }) return JournalFile.Continue(disk, paths.Journal, _current);
        var journal = JournalFile.Create(disk, paths.Journal, LastSequence + 1, jobs);
        disk.FlushFolder(paths.Folder);
        return journal;
    }

    // To look at each job once is half the work. Where that fails, because a line was not what it looked like or because something is wrong,
    // the file is read again by who takes every line for what it is, and says what is wrong, and where.
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
        if (File.Exists(paths.File)) return paths.File;
        if (Directory.Exists(paths.File)) throw new StorageException(StorageProblem.NotAFile, $"the database {paths.File} is a folder");
        if (!File.Exists(paths.Temporary)) return null;
        try
        {
            foreach (var _ in CheckpointReader.Read(paths.Temporary)) { }
            return new FileInfo(paths.Temporary).Length > 0 ? paths.Temporary : null;
        }
        catch (StorageException)
        {
            // A checkpoint that was never completed is of no use; the one before it is what counts, and there was none.
            return null;
        }
    }

    private static void Judge(JournalReader? journal)
    {
        if (journal is not { HasBadTail: true } || journal.IsTornTail()) return;
        throw Refused($"the journal {journal.Path} is damaged at byte {journal.GoodLength}, and changes that were acknowledged come after it");
    }

    private void JudgeTogether(bool hasCheckpoint)
    {
        var first = _old is { HasHeader: true } ? _old : _current is { HasHeader: true } ? _current : null;
        if (!hasCheckpoint && first is { CheckpointJobs: > 0 })
            throw Refused($"the database {paths.File} is missing, and its journal {first.Path} holds changes of it");
        if (_old is { HasHeader: true } && _current is { HasHeader: true } && _current.FirstSequence != _old.LastSequence + 1)
            throw Refused($"the journal {_current.Path} begins with change {_current.FirstSequence}, but {_old.Path} ends with change {_old.LastSequence}");
    }

    private static StorageException Refused(string what) =>
        new(StorageProblem.Damaged, $"{what}. Nothing was changed; restore a copy of the files if there is one");

    private void Adopt()
    {
        disk.Replace(paths.Temporary, paths.File);
        disk.FlushFolder(paths.Folder);
        report($"took {paths.Temporary}, which is complete, for the missing {paths.File}");
    }

    private void Make()
    {
        new CheckpointWriter(disk).Write(paths.Temporary, [], () => { });
        disk.Replace(paths.Temporary, paths.File);
        disk.FlushFolder(paths.Folder);
    }

    private void CutTail(JournalReader? journal)
    {
        if (journal is null || journal.GoodLength == journal.FileLength) return;
        var aside = journal.HasBadTail ? SetAside(journal) : null;
        using (var file = disk.Append(journal.Path))
        {
            disk.Truncate(file, journal.GoodLength);
            disk.Flush(file);
        }
        if (aside is not null)
            report($"cut an unfinished write of {journal.UsedLength - journal.GoodLength} bytes, which nobody was told of, off {journal.Path}, and put it into {aside}");
    }

    private string SetAside(JournalReader journal)
    {
        // On a full disk the room for what is set aside; it is taken anew once the database is open.
        disk.Delete(paths.Reserve);
        var aside = $"{journal.Path}.torn-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
        using var source = new FileStream(journal.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = new FileStream(aside, FileMode.CreateNew, FileAccess.Write);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        source.Position = journal.GoodLength;
        source.CopyTo(target);
        target.SetLength(journal.UsedLength - journal.GoodLength);
        return aside;
    }
}
