using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Reads a journal up to its last valid record and classifies what comes after it.</summary>
internal sealed class JournalReader(string path)
{
    private const int Sector = 512;

    public string Path => path;

    /// <summary>True if the file begins with a complete header.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The sequence number of the first record, as the header gives it.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>The number of jobs in the checkpoint that this journal follows.</summary>
    public int CheckpointJobs { get; private set; }

    public long LastSequence { get; private set; }

    public uint LastCrc { get; private set; }

    /// <summary>The offset of the end of the last valid record.</summary>
    public long ValidLength { get; private set; }

    public long FileLength { get; } = new FileInfo(path).Length;

    /// <summary>The number of valid records.</summary>
    public long Records { get; private set; }

    /// <summary>The offset behind the last byte that is not zero; behind it are only zeros written ahead.</summary>
    public long UsedLength { get; private set; }

    /// <summary>True if something other than zeros follows the last valid record.</summary>
    public bool HasBadTail => ValidLength < UsedLength;

    /// <summary>Applies every valid record from the start to a target.</summary>
    public void Read(IRecoveryTarget target)
    {
        ReadAll(target);
        UsedLength = FindUsedLength();
    }

    private void ReadAll(IRecoveryTarget target)
    {
        using var lines = new LineReader(path);
        if (!lines.Read() || !lines.IsWhole || !ReadHeader(lines)) return;
        while (lines.Read() && lines.IsWhole && JournalFormat.TryRead(lines.Line.Span, out var line)
            && line.Sequence == LastSequence + 1 && line.Previous == LastCrc)
        {
            Replay.Apply(target, line.Kind, lines.Line[line.PayloadAt..]);
            (LastSequence, LastCrc, ValidLength) = (line.Sequence, line.Crc, lines.NextOffset);
            Records++;
        }
    }

    /// <summary>Returns true if the bad tail is a torn, unacknowledged write, and false if durable records are damaged.</summary>
    /// <remarks>
    /// The tail is torn if nothing valid comes after it. It is also torn if the valid records after it belong to the same batch and the gap
    /// contains a sector that was never written: a crash may leave the end of a write on the disk without its middle. A record that starts
    /// a batch proves that everything before it was durable.
    /// </remarks>
    public bool IsTornTail()
    {
        using var lines = new LineReader(path, ValidLength);
        while (lines.Read())
        {
            if (!JournalFormat.TryFind(lines.Line.Span, out var at, out var found)) continue;
            // Only the line feed is missing from the last line: it is the torn write itself, and nothing comes after it.
            if (!lines.IsWhole && lines.LineOffset + at == ValidLength) continue;
            if (found.StartsBatch || !HasEmptySector(ValidLength, lines.LineOffset + at)) return false;
        }
        return true;
    }

    private long FindUsedLength()
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[64 << 10];
        // Backwards, because almost all of the rest is zeros.
        for (var end = FileLength; end > ValidLength;)
        {
            var from = Math.Max(ValidLength, end - buffer.Length);
            var part = buffer.AsSpan(0, RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - from)), from));
            var last = part.LastIndexOfAnyExcept((byte)0);
            if (last >= 0) return from + last + 1;
            end = from;
        }
        return ValidLength;
    }

    private bool ReadHeader(LineReader lines)
    {
        if (!JournalFormat.TryReadHeader(lines.Line.Span, out var first, out var jobs, out var crc)) return false;
        (HasHeader, FirstSequence, CheckpointJobs) = (true, first, jobs);
        (LastSequence, LastCrc, ValidLength) = (first - 1, crc, lines.NextOffset);
        return true;
    }

    private bool HasEmptySector(long from, long to)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var sector = new byte[Sector];
        for (long at = from, end; (end = (at / Sector + 1) * Sector) <= to; at = end)
        {
            // The first sector also holds the end of the last valid record: only the rest of it counts.
            var part = sector.AsSpan(0, (int)(end - at));
            if (RandomAccess.Read(file, part, at) == part.Length && !part.ContainsAnyExcept((byte)0)) return true;
        }
        return false;
    }
}
