using System.Runtime;
using System.Text.Json;
using NexRender.Listener.Json;
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
/// <item><term>a journal with changes of another checkpoint</term><description>refused</description></item>
/// <item><term>a torn tail</term><description>copied to a file of its own, truncated and reported</description></item>
/// <item><term>damage before valid records, or records missing between two journals</term><description>refused</description></item>
/// <item><term>several jobs with the same uid</term><description>the last one is kept, the others are moved to a file</description></item>
/// </list>
/// </summary>
internal sealed class Recovery(DatabaseFolder folder, Action<string> report)
{
    private const int NamedDuplicates = 10;

    // Below this the collections of a start cost less than their absence.
    private const long LargeDatabase = 32 << 20;

    private static int _isLoadingLarge;

    private readonly JournalSet _journals = JournalSet.Open(folder.Paths);
    private IReadOnlyList<byte[]> _duplicates = [];
    private CheckpointMark? _mark;

    /// <summary>The sequence number of the last change found.</summary>
    public long LastSequence => _journals.LastSequence;

    /// <summary>True if what was read differs from the checkpoint, so that a new one is due.</summary>
    public bool HasChanges => _journals.Changes > 0 || _duplicates.Count > 0;

    /// <summary>The mark of the checkpoint, once the database has been read.</summary>
    public CheckpointMark Mark => _mark ?? throw new InvalidOperationException("The database has not been read.");

    private DatabasePaths Paths => folder.Paths;

    /// <summary>Passes on the remembered removals. A damaged file is ignored: without it late reports are refused, no more.</summary>
    public void ReadRemovals(Action<byte[]> load) => ReadList(Paths.Removed, "removed jobs", load);

    /// <summary>Passes on the remembered answers. A damaged file is ignored: without it a repeated submission is a new one.</summary>
    public void ReadAnswers(Action<byte[]> load) => ReadList(Paths.Answers, "answers", load);

    private void ReadList(string path, string what, Action<byte[]> load)
    {
        if (!File.Exists(path)) return;
        try
        {
            foreach (var item in CheckpointReader.Read(path)) load(item);
        }
        catch (StorageException e)
        {
            report($"ignoring the list of {what}: {e.Message}");
        }
    }

    /// <summary>Loads the checkpoint and the journals into a target, then cleans up what a crash left behind.</summary>
    /// <exception cref="StorageException">The database cannot be opened; nothing was changed.</exception>
    public void Read(IRecoveryTarget target)
    {
        var checkpoint = WithoutCollections(() => Inspect(target));
        if (_journals.Changes > 0) report($"recovered {_journals.Changes} changes from the journal of {Paths.File}");
        if (checkpoint == Paths.Temporary) PromoteTemporary();
        else if (checkpoint is null) _mark = folder.Publish(Paths.File, []);
        SaveDuplicates();
        foreach (var journal in _journals.Examined) TruncateTail(journal);
        folder.Delete([.. _journals.Obsolete, .. Paths.Leftovers]);
    }

    /// <summary>Reads and validates everything, and changes nothing.</summary>
    /// <returns>The file that is the checkpoint; <c>null</c> if there is none.</returns>
    /// <exception cref="StorageException">The database cannot be opened.</exception>
    public string? Inspect(IRecoveryTarget target)
    {
        var checkpoint = FindCheckpoint();
        if (checkpoint is not null) Load(checkpoint, target);
        _journals.Replay(_mark, target);
        return checkpoint;
    }

    /// <summary>Opens the journal to append to; begins a new one if there is none, or none that belongs to the checkpoint.</summary>
    public JournalFile OpenJournal(int jobs)
    {
        if (_journals.CanContinue(Mark)) return JournalFile.Continue(folder.Disk, _journals.Last!);
        // After changes that are in no checkpoint it follows the journal that has them. Otherwise it makes every other journal obsolete.
        CheckpointMark? mark = _journals.Changes > 0 ? null : Mark;
        var journal = JournalFile.Create(folder, _journals.NextNumber, new JournalHeader(LastSequence + 1, jobs, mark));
        try
        {
            // The journal must be found after a power cut before the first change in it is acknowledged.
            folder.Sync();
            if (mark is not null) folder.Delete(_journals.Live.Select(old => old.Path));
            return journal;
        }
        catch
        {
            // An open journal counts as another server's at the next attempt.
            journal.Dispose();
            throw;
        }
    }

    // Nearly everything that a start allocates survives. Collections that find that again and again took a third of the time of a start
    // with a million jobs.
    private string? WithoutCollections(Func<string?> read)
    {
        var length = new FileInfo(Paths.File) is { Exists: true } file ? file.Length : 0;
        var memory = (length + _journals.Length) * 3 / 2;
        if (memory < LargeDatabase || memory > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4) return read();
        // The collector of a process can do without collections once at a time.
        if (Interlocked.Exchange(ref _isLoadingLarge, 1) != 0) return read();
        var doesWithout = TryStopCollections(memory);
        try
        {
            return read();
        }
        finally
        {
            if (doesWithout) CollectAgain();
            Volatile.Write(ref _isLoadingLarge, 0);
        }
    }

    private static bool TryStopCollections(long memory)
    {
        try
        {
            // The program around the server may have stopped them itself.
            return GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(memory);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The process has a limit of memory.
            return false;
        }
    }

    // Two collections move everything into the oldest generation, so that no later one has to while requests wait.
    private static void CollectAgain()
    {
        // If more memory was needed than expected, the runtime has resumed them already.
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        for (var n = 0; n < GC.MaxGeneration; n++) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    // Fast path: the target validates each job itself, because parsing each job twice doubles the time of a start. If it rejects one, or a
    // line was not what it looked like, the file is read again by the strict parser, which reports line and column.
    private void Load(string checkpoint, IRecoveryTarget target)
    {
        var length = new FileInfo(checkpoint).Length;
        try
        {
            _duplicates = target.Load(CheckpointReader.Read(checkpoint, checksJobs: false, mark => _mark = mark), length);
        }
        catch (Exception e) when (e is JsonException or StorageException)
        {
            _duplicates = target.Load(CheckpointReader.Read(checkpoint, checksJobs: true, mark => _mark = mark), length);
        }
    }

    private string? FindCheckpoint()
    {
        if (File.Exists(Paths.File)) return Paths.File;
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

    private void PromoteTemporary()
    {
        folder.Promote(Paths.Temporary, Paths.File);
        report($"{Paths.File} is missing; restored it from the complete temporary file {Paths.Temporary}");
    }

    private void SaveDuplicates()
    {
        if (_duplicates.Count == 0) return;
        var path = DatabasePaths.Aside(Paths.File, "duplicates");
        folder.Publish(path, [.. _duplicates]);
        var uids = _duplicates.Select(job =>
            JsonText.GetString(JsonObject.Parse(job, JsonObject.StoredDepth)["uid"u8])).Distinct().ToArray();
        var names = string.Join(", ", uids.Take(NamedDuplicates)) + (uids.Length > NamedDuplicates ? ", ..." : "");
        report($"{Paths.File} has several jobs with the same uid ({names}); kept the last of each "
            + $"and saved {_duplicates.Count} others as {path}");
    }

    private void TruncateTail(JournalReader journal)
    {
        if (journal.ValidLength == journal.FileLength) return;
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
        var copy = DatabasePaths.Aside(journal.Path, "torn");
        folder.Copy(journal.Path, journal.ValidLength, journal.UsedLength - journal.ValidLength, copy);
        return copy;
    }
}
