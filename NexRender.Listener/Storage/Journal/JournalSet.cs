using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>The journals of a database as a start finds them.</summary>
/// <remarks>
/// Usually there is one. A checkpoint begins a second one and deletes the first once the file is replaced; a reset begins one that follows
/// a checkpoint of its own. In between a crash may leave more, of which these count:
/// <list type="bullet">
/// <item>from the last one whose checkpoint the file is, or that has records, since its checkpoint was published before its first
/// record;</item>
/// <item>without those that have no records and do not continue the one before: they were begun and given up.</item>
/// </list>
/// </remarks>
internal sealed class JournalSet
{
    private readonly DatabasePaths _paths;
    private readonly List<JournalReader> _all;
    private readonly List<JournalReader> _live = [];

    private JournalSet(DatabasePaths paths, List<JournalReader> all) => (_paths, _all) = (paths, all);

    /// <summary>The last of the journals that count; <c>null</c> if there is none with a header.</summary>
    public JournalReader? Last => _live.LastOrDefault();

    /// <summary>The number of changes in the journals that count.</summary>
    public long Changes => _live.Sum(journal => journal.Changes);

    /// <summary>The length of all journals in bytes.</summary>
    public long Length => _all.Sum(journal => journal.FileLength);

    public long LastSequence => Last?.LastSequence ?? 0;

    /// <summary>The number of the next journal.</summary>
    public int NextNumber => _all.Count == 0 ? 1 : _all.Max(journal => journal.Number) + 1;

    /// <summary>The files that no longer count.</summary>
    public IEnumerable<string> Obsolete => _all.Where(journal => !_live.Contains(journal)).Select(journal => journal.Path);

    /// <summary>The journals that count.</summary>
    public IReadOnlyList<JournalReader> Live => _live;

    /// <summary>The journals that were read; some of them may turn out not to count.</summary>
    public List<JournalReader> Examined { get; } = [];

    /// <summary>Reads the headers of all journals.</summary>
    public static JournalSet Open(DatabasePaths paths)
    {
        var all = paths.FindJournals().Select(number => new JournalReader(paths.Journal(number), number)).ToList();
        foreach (var journal in all) journal.ReadHeader();
        return new JournalSet(paths, all);
    }

    /// <summary>Applies the journals that count to a target that holds the checkpoint.</summary>
    /// <param name="checkpoint">The mark of the checkpoint; <c>null</c> if there is none.</param>
    /// <param name="target">The target.</param>
    /// <exception cref="StorageException">The journals are damaged, incomplete, or belong to another checkpoint.</exception>
    public void Replay(CheckpointMark? checkpoint, IRecoveryTarget target)
    {
        var first = _all.FindLastIndex(journal =>
            journal.Header is { Checkpoint: { } mark } && (mark == checkpoint || journal.HasRecords));
        var replay = new Replay(target);
        foreach (var journal in _all.Skip(Math.Max(first, 0)))
        {
            journal.Read(replay);
            Examined.Add(journal);
            ValidateTail(journal);
            if (journal.Header is not { } header) continue;
            if (_live.Count > 0 && header.FirstSequence != LastSequence + 1)
            {
                if (journal.Changes > 0) throw Incomplete(journal, header);
                continue;
            }
            _live.Add(journal);
        }
        ValidateCheckpoint(checkpoint);
        target.Complete();
    }

    /// <summary>Returns true if the last journal can be appended to, given the mark of the checkpoint.</summary>
    public bool CanContinue(CheckpointMark checkpoint) =>
        Last is { Header.Version: JournalFormat.Version } && (_live[0].Header?.Version == 1 || Accepts(checkpoint));

    private static void ValidateTail(JournalReader journal)
    {
        if (!journal.HasBadTail || journal.IsTornTail()) return;
        throw Damaged($"the journal {journal.Path} is damaged at byte {journal.ValidLength}, and acknowledged changes come after it");
    }

    private void ValidateCheckpoint(CheckpointMark? checkpoint)
    {
        if (_live.Count == 0) return;
        var header = _live[0].Header!.Value;
        if (checkpoint is null)
        {
            if (header.Jobs == 0) return;
            throw Damaged($"the database {_paths.File} is missing; its journal {_live[0].Path} continues one with {header.Jobs} jobs");
        }
        // Version 1 has no marks. Without changes nothing of the journal can get into the wrong file.
        if (header.Version == 1 || Changes == 0 || Accepts(checkpoint.Value)) return;
        throw new StorageException(
            StorageProblem.Mismatch,
            $"the database {_paths.File} is not the file that its journal {_live[0].Path} belongs to: it was edited, restored or replaced "
            + "after the last start; no file was modified");
    }

    private bool Accepts(CheckpointMark checkpoint) =>
        _live.Any(journal => journal.Header?.Checkpoint == checkpoint || journal.Announced.Contains(checkpoint));

    private StorageException Incomplete(JournalReader journal, JournalHeader header) =>
        Damaged($"the journal {journal.Path} begins with change {header.FirstSequence}, but {Last!.Path} ends with change {LastSequence}");

    private static StorageException Damaged(string reason) => new(
        StorageProblem.Damaged, $"{reason}; no file was modified, so restore a copy of the files if there is one");
}
