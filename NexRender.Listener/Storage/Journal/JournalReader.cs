using System.Text;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Reads a journal up to its last valid record and classifies what comes after it.</summary>
internal sealed class JournalReader(string path, int number)
{
    private const int Sector = 512;

    public string Path => path;

    /// <summary>The number of the file among the journals of its database.</summary>
    public int Number => number;

    /// <summary>The header; <c>null</c> if the file does not begin with a complete one.</summary>
    public JournalHeader? Header { get; private set; }

    /// <summary>True if at least one valid record follows the header.</summary>
    public bool HasRecords { get; private set; }

    /// <summary>The marks of the checkpoints that were about to replace the file.</summary>
    public List<CheckpointMark> Announced { get; } = [];

    public long LastSequence { get; private set; }

    public uint LastCrc { get; private set; }

    /// <summary>The offset of the end of the last valid record.</summary>
    public long ValidLength { get; private set; }

    public long FileLength { get; } = new FileInfo(path).Length;

    /// <summary>The number of changes among the valid records.</summary>
    public long Changes { get; private set; }

    /// <summary>The offset behind the last byte that is not zero; behind it are only zeros written ahead.</summary>
    public long UsedLength { get; private set; }

    /// <summary>True if something other than zeros follows the last valid record.</summary>
    public bool HasBadTail => ValidLength < UsedLength;

    /// <summary>Reads the header, and whether a record follows it.</summary>
    /// <exception cref="StorageException">A later version of the server wrote the journal.</exception>
    public void ReadHeader()
    {
        using var lines = new LineReader(path);
        if (!lines.Read() || !lines.IsWhole) return;
        if (JournalFormat.IsHeaderOfLaterVersion(lines.Line.Span))
        {
            var reason = $"a later version of this server wrote the journal {path}; no file was modified";
            throw new StorageException(StorageProblem.TooNew, reason);
        }
        if (!JournalFormat.TryReadHeader(lines.Line.Span, out var header, out var crc)) return;
        Header = header;
        (LastSequence, LastCrc, ValidLength) = (header.FirstSequence - 1, crc, lines.NextOffset);
        HasRecords = lines.Read() && lines.IsWhole && IsNext(lines, out _);
    }

    /// <summary>Applies every valid record from the start; the header has been read.</summary>
    public void Read(Replay replay)
    {
        if (Header is not null) ReadRecords(replay);
        UsedLength = FindUsedLength();
    }

    private void ReadRecords(Replay replay)
    {
        using var lines = new LineReader(path, ValidLength);
        Pipeline.Run(
            Records(lines),
            static record => record.Payload.Length,
            record => (record.Kind, record.Payload, Put: replay.Prepare(record.Kind, record.Payload)),
            record =>
            {
                if (record.Kind == RecordKind.Checkpoint) Announce(record.Payload);
                Changes += replay.Apply(record.Kind, record.Payload, record.Put);
            });
    }

    private IEnumerable<(RecordKind Kind, byte[] Payload)> Records(LineReader lines)
    {
        while (lines.Read() && lines.IsWhole && IsNext(lines, out var record))
        {
            (LastSequence, LastCrc, ValidLength) = (record.Sequence, record.Crc, lines.NextOffset);
            yield return (record.Kind, lines.Line[record.PayloadAt..].ToArray());
        }
    }

    private bool IsNext(LineReader lines, out JournalRecordHeader record) =>
        JournalFormat.TryRead(lines.Line.Span, out record) && record.Sequence == LastSequence + 1 && record.Previous == LastCrc;

    private void Announce(ReadOnlySpan<byte> payload)
    {
        if (CheckpointMark.TryParse(Encoding.ASCII.GetString(payload), out var mark)) Announced.Add(mark);
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
