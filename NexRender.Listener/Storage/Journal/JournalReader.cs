using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Reads a journal up to its last good record, and judges what comes after it.</summary>
internal sealed class JournalReader(string path)
{
    private const int Sector = 512;

    public string Path => path;

    /// <summary>Whether the file begins with a whole header.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The sequence number that the first record has, by the header.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>How many jobs the checkpoint had that this journal follows.</summary>
    public int CheckpointJobs { get; private set; }

    public long LastSequence { get; private set; }

    public uint LastCrc { get; private set; }

    /// <summary>Where the last good record ends.</summary>
    public long GoodLength { get; private set; }

    public long FileLength { get; } = new FileInfo(path).Length;

    /// <summary>How many good records there are.</summary>
    public long Records { get; private set; }

    /// <summary>Where the bytes end that are not zero: behind them is only what was written ahead.</summary>
    public long UsedLength { get; private set; }

    /// <summary>Whether bytes after the last good record are no record, and more than zeros.</summary>
    public bool HasBadTail => GoodLength < UsedLength;

    /// <summary>Hands out every good record from the start.</summary>
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
            (LastSequence, LastCrc, GoodLength) = (line.Sequence, line.Crc, lines.NextOffset);
            Records++;
        }
    }

    /// <summary>
    /// Whether the bad tail is what a crash leaves of a write that nobody was told of. It is, when nothing valid comes after it. It also is,
    /// when what is valid after it belongs to the same batch and the gap holds a sector that was never written: a crash may put the end of a
    /// write on the disk before its middle. In every other case something that had lasted is damaged.
    /// </summary>
    public bool IsTornTail()
    {
        using var lines = new LineReader(path, GoodLength);
        while (lines.Read())
        {
            if (!JournalFormat.TryFind(lines.Line.Span, out var at, out var found)) continue;
            // Nothing but its end is missing from the last line: it is what was being written, and nothing comes after it.
            if (!lines.IsWhole && lines.LineOffset + at == GoodLength) continue;
            if (found.StartsBatch || !HasEmptySector(GoodLength, lines.LineOffset + at)) return false;
        }
        return true;
    }

    private long FindUsedLength()
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[64 << 10];
        for (var end = FileLength; end > GoodLength;)
        {
            var from = Math.Max(GoodLength, end - buffer.Length);
            var part = buffer.AsSpan(0, RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - from)), from));
            var last = part.LastIndexOfAnyExcept((byte)0);
            if (last >= 0) return from + last + 1;
            end = from;
        }
        return GoodLength;
    }

    private bool ReadHeader(LineReader lines)
    {
        if (!JournalFormat.TryReadHeader(lines.Line.Span, out var first, out var jobs, out var crc)) return false;
        (HasHeader, FirstSequence, CheckpointJobs, LastSequence, LastCrc, GoodLength) = (true, first, jobs, first - 1, crc, lines.NextOffset);
        return true;
    }

    private bool HasEmptySector(long from, long to)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var sector = new byte[Sector];
        for (long at = from, end; (end = (at / Sector + 1) * Sector) <= to; at = end)
        {
            // Of the first, which holds the end of the last good record, it is what that write left empty.
            var part = sector.AsSpan(0, (int)(end - at));
            if (RandomAccess.Read(file, part, at) == part.Length && !part.ContainsAnyExcept((byte)0)) return true;
        }
        return false;
    }
}
