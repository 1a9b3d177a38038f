using System.Text;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Repair;

/// <summary>
/// Keeps what can be read of a database that cannot be opened. Copies of the damaged files, and a report of what was dropped, are on the disk
/// before anything is changed; broken off half way, it can be begun again.
/// </summary>
internal sealed class DatabaseRepair(DatabasePaths paths, Disk disk, Action<string> report)
{
    private const int Excerpt = 120;

    private readonly string _time = $"{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
    private readonly StringBuilder _text = new();
    private int _dropped;

    /// <summary>Mends the database, where it needs to be.</summary>
    /// <exception cref="StorageException">It cannot be mended either.</exception>
    public void Run()
    {
        if (WhyNotOpen() is not { } reason)
        {
            report($"nothing had to be recovered: {paths.File} is sound");
            return;
        }
        _text.AppendLine(reason).AppendLine();
        var jobs = new ReplayedJobs();
        ReadCheckpoint(jobs);
        ReadJournal(paths.OldJournal, jobs);
        ReadJournal(paths.Journal, jobs);
        SetAside();
        new CheckpointWriter(disk).Write(paths.Temporary, jobs.ToArray(), () => { });
        disk.Replace(paths.Temporary, paths.File);
        disk.FlushFolder(paths.Folder);
        foreach (var journal in new[] { paths.OldJournal, paths.Journal, paths.NewJournal }) disk.Delete(journal);
        disk.FlushFolder(paths.Folder);
        report($"recovered {jobs.Count} jobs of {paths.File}; dropped {_dropped} pieces that could not be read. {ReportPath} says which; the files as they were are beside it.");
    }

    private string ReportPath => $"{paths.File}.recovered-{_time}.txt";

    private string? WhyNotOpen()
    {
        try
        {
            new Recovery(paths, disk, _ => { }).Inspect(new ReplayedJobs(rejectsInvalidJobs: true));
            return null;
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    private void ReadCheckpoint(ReplayedJobs jobs)
    {
        var path = File.Exists(paths.File) ? paths.File : paths.Temporary;
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

    private void ReadJournal(string path, ReplayedJobs jobs)
    {
        if (!File.Exists(path)) return;
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            var line = lines.Line;
            if (lines.LineOffset == 0 && JournalFormat.TryReadHeader(line.Span, out _, out _, out _)) continue;
            if (!JournalFormat.TryFind(line.Span, out var at, out var found))
            {
                Drop(path, lines.LineOffset, line.Span);
                continue;
            }
            // Where the end of a line was eaten, the record in front of it may be whole.
            if (at > 0 && JournalFormat.TryRead(line.Span[..(at - 1)], out var eaten)) Replay.Apply(jobs, eaten.Kind, line[eaten.PayloadAt..(at - 1)]);
            else Drop(path, lines.LineOffset, line.Span[..at]);
            Replay.Apply(jobs, found.Kind, line[(at + found.PayloadAt)..]);
        }
    }

    /// <summary>Notes what lies between two readable pieces, unless it is what has to be there.</summary>
    private void Drop(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        var first = bytes.IndexOfAnyExcept(" \t\r\n[],\0"u8);
        if (first < 0 || (offset == 0 && bytes.SequenceEqual("\uFEFF["u8))) return;
        _dropped++;
        var shown = bytes.Slice(first, Math.Min(Excerpt, bytes.Length - first));
        _text.AppendLine($"{path}, byte {offset + first}: dropped {bytes.Length - first} bytes: {Escape(shown)}");
    }

    private void SetAside()
    {
        var damaged = new[] { paths.File, paths.Temporary, paths.OldJournal, paths.Journal, paths.NewJournal };
        foreach (var path in damaged.Where(File.Exists)) Write($"{path}.damaged-{_time}", File.ReadAllBytes(path));
        Write(ReportPath, Encoding.UTF8.GetBytes(_text.ToString()));
        disk.FlushFolder(paths.Folder);
    }

    private void Write(string path, byte[] bytes)
    {
        using var file = disk.Create(path);
        disk.Write(file, bytes, 0);
        disk.Flush(file);
    }

    private static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
            if (b is >= 32 and < 127) text.Append((char)b);
            else text.Append($"\\x{b:x2}");
        return text.ToString();
    }
}
