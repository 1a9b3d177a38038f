using System.Text;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Repair;

/// <summary>
/// Keeps what can be read of a database that cannot be opened. Copies of the damaged files and a report of what was dropped are durable
/// before anything is changed; an interrupted repair can be repeated.
/// </summary>
internal sealed class DatabaseRepair(DatabaseFolder folder, Action<string> report)
{
    private const int ExcerptLength = 120;

    private readonly string _time = $"{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
    private readonly StringBuilder _text = new();
    private int _dropped;

    private DatabasePaths Paths => folder.Paths;

    private string ReportPath => $"{Paths.File}.repaired-{_time}.txt";

    /// <summary>Repairs the database if it cannot be opened.</summary>
    /// <exception cref="StorageException">It cannot be repaired either.</exception>
    public void Run()
    {
        if (FindProblem() is not { } problem)
        {
            report($"no repair needed: {Paths.File} is intact");
            return;
        }
        _text.AppendLine(problem).AppendLine();
        var jobs = new ReplayedJobs(keepsParts: true);
        ReadCheckpoint(jobs);
        var replay = new Replay(jobs, keepsParts: true);
        foreach (var number in Paths.FindJournals()) ReadJournal(Paths.Journal(number), replay);
        jobs.Complete();
        foreach (var uid in jobs.Incomplete) _text.AppendLine(Describe(uid, isKept: jobs.Has(uid)));
        CopyDamaged();
        // Only once the repaired file is durable: until then the journals are the only place of the changes in them.
        using (var journal = JournalReset.Run(folder, jobs.ToArray(), firstSequence: 1))
            folder.Delete(JournalReset.Before(Paths, journal.Number));
        // The new journal last: until the others are gone, it is what makes them obsolete.
        folder.Delete(Paths.FindJournals().Select(Paths.Journal));
        folder.Sync();
        report(
            $"repaired {Paths.File}: kept {jobs.Count} jobs, dropped {_dropped} pieces that could not be read"
            + (jobs.Incomplete.Count > 0 ? $", and changes of {jobs.Incomplete.Count} jobs are missing; " : "; ")
            + $"{ReportPath} lists them, and copies of the damaged files are beside it");
    }

    private static string Describe(string uid, bool isKept) => isKept
        ? $"job {uid}: a change is missing; it has its last whole version and the members that later changes have set"
        : $"job {uid}: there are changes of it, but no whole version; it is not kept";

    private string? FindProblem()
    {
        try
        {
            new Recovery(folder, _ => { }).Inspect(new ReplayedJobs(rejectsInvalidJobs: true));
            return null;
        }
        catch (StorageException e) when (e.Problem != StorageProblem.TooNew)
        {
            return e.Message;
        }
    }

    private void ReadCheckpoint(ReplayedJobs jobs)
    {
        var path = File.Exists(Paths.File) ? Paths.File : Paths.Temporary;
        if (!File.Exists(path)) return;
        if (new FileInfo(path).Length > Array.MaxLength)
            throw new StorageException(StorageProblem.Other, $"{path} is damaged and too large to be repaired; restore a copy of it");
        var bytes = File.ReadAllBytes(path);
        var end = 0;
        foreach (var (start, length) in JobScanner.Find(bytes))
        {
            Drop(path, end, bytes.AsSpan(end, start - end));
            end = start + length;
            jobs.Put(bytes.AsMemory(start, length), atEnd: true);
        }
        Drop(path, end, bytes.AsSpan(end));
    }

    private void ReadJournal(string path, Replay replay)
    {
        if (!File.Exists(path)) return;
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            var line = lines.Line;
            if (lines.LineOffset == 0 && JournalFormat.TryReadHeader(line.Span, out _, out _)) continue;
            if (!JournalFormat.TryFind(line.Span, out var at, out var found))
            {
                Drop(path, lines.LineOffset, line.Span);
                continue;
            }
            // If a line feed was damaged, two records share a line, and the first one may be intact.
            if (at > 0 && JournalFormat.TryRead(line.Span[..(at - 1)], out var joined))
                replay.Apply(joined.Kind, line[joined.PayloadAt..(at - 1)]);
            else Drop(path, lines.LineOffset, line.Span[..at]);
            replay.Apply(found.Kind, line[(at + found.PayloadAt)..]);
        }
    }

    /// <summary>Reports the bytes between two readable pieces, unless they are only separators.</summary>
    private void Drop(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        var first = bytes.IndexOfAnyExcept(" \t\r\n[],\0"u8);
        if (first < 0 || (offset == 0 && bytes.SequenceEqual("\uFEFF["u8))) return;
        _dropped++;
        var excerpt = bytes.Slice(first, Math.Min(ExcerptLength, bytes.Length - first));
        _text.AppendLine($"{path}, byte {offset + first}: dropped {bytes.Length - first} bytes: {Escape(excerpt)}");
    }

    private void CopyDamaged()
    {
        string[] damaged = [Paths.File, Paths.Temporary, .. Paths.FindJournals().Select(Paths.Journal)];
        foreach (var path in damaged.Where(File.Exists))
            folder.Copy(path, 0, new FileInfo(path).Length, $"{path}.damaged-{_time}");
        folder.Write(ReportPath, Encoding.UTF8.GetBytes(_text.ToString()));
        // One sync for the names of all copies, before the first of the originals is touched.
        folder.Sync();
    }

    private static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            if (b is >= 32 and < 127) text.Append((char)b);
            else text.Append($"\\x{b:x2}");
        }
        return text.ToString();
    }
}
