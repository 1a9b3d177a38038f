using System.Buffers;
using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Files.Status;

namespace NexRender.Listener.Storage.Journal;

/// <summary>A journal that is open for appending. Used by one thread at a time.</summary>
internal sealed class JournalFile : IDisposable
{
    private const int KeptBuffer = 4 << 20;

    // Zeros are written ahead of the records, the more the longer the journal is: a sync within them need not write the new length of the
    // file to its inode, and takes half the time.
    private const int MinAhead = 16 << 10;
    private const int MaxAhead = 1 << 20;

    private const int MinDeltaWeight = 1 << 10;

    // A record without effect that every version since 3 knows. Servers that know no deltas would take a journal of nothing else for a torn
    // write, and truncate it; one with a record that they know they refuse.
    private static readonly JournalRecord Known = new(RecordKind.Answer, "{}"u8.ToArray());

    private readonly Disk _disk;
    private readonly SafeFileHandle _file;
    private readonly FileIdentity? _identity;
    private ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private uint _lastCrc;
    private long _fileLength;

    // The values that become Length, LastSequence, _lastCrc and _fileLength once the write in progress has been synced. Until then the
    // former describe what is durable, so that a failed write can be truncated and repeated at the same offset.
    private long _writtenLength;
    private long _writtenWeight;
    private long _writtenSequence;
    private uint _writtenCrc;
    private long _writtenFileLength;

    private JournalFile(Disk disk, SafeFileHandle file, string path, int number, long length, long lastSequence, uint lastCrc)
    {
        (_disk, _file, Path, Number, Length, LastSequence, _lastCrc) = (disk, file, path, number, length, lastSequence, lastCrc);
        (_fileLength, Weight) = (length, length);
        _identity = FileStatus.Of(file, path);
    }

    public string Path { get; }

    /// <summary>The number of the file among the journals of its database.</summary>
    public int Number { get; }

    /// <summary>True if no record was written since the file was created or opened.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The length of the durable records in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// The length, with at least a kilobyte for each delta: a start that replays one reads and writes a whole job.
    /// </summary>
    public long Weight { get; private set; }

    /// <summary>The sequence number of the last durable record.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Creates a journal without records and makes its content durable, but not yet its name.</summary>
    public static JournalFile Create(DatabaseFolder folder, int number, in JournalHeader header)
    {
        var line = JournalFormat.Header(header, out var crc);
        var (disk, path) = (folder.Disk, folder.Paths.Journal(number));
        var file = disk.Create(path);
        try
        {
            disk.Write(file, line, 0);
            disk.Sync(file);
            return new JournalFile(disk, file, path, number, line.Length, header.FirstSequence - 1, crc);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a journal that was read, to append after its last valid record.</summary>
    public static JournalFile Continue(Disk disk, JournalReader read) =>
        new(disk, disk.OpenExisting(read.Path), read.Path, read.Number, read.ValidLength, read.LastSequence, read.LastCrc);

    /// <summary>Returns true if the path still names this file, and false if the file was deleted, moved or replaced.</summary>
    public bool IsInPlace() => _identity is not { } identity || FileStatus.IsAt(Path, identity);

    /// <summary>Appends the records of a batch; they are durable once <see cref="Sync"/> returns.</summary>
    /// <param name="records">The records of the batch.</param>
    /// <param name="writesAhead">True to write zeros behind them for later batches.</param>
    public void Write(List<JournalRecord> records, bool writesAhead = true)
    {
        if (_buffer.Capacity > KeptBuffer) _buffer = new ArrayBufferWriter<byte>(64 << 10);
        _buffer.ResetWrittenCount();
        var (sequence, crc) = (LastSequence, _lastCrc);
        var extra = 0;
        var isMarked = IsEmpty && records is [{ Kind: RecordKind.Update }, ..];
        if (isMarked) crc = JournalFormat.Write(_buffer, ++sequence, crc, startsBatch: true, Known);
        for (var i = 0; i < records.Count; i++)
        {
            crc = JournalFormat.Write(_buffer, ++sequence, crc, startsBatch: i == 0 && !isMarked, records[i]);
            if (records[i].Kind == RecordKind.Update) extra += Math.Max(0, MinDeltaWeight - records[i].Json.Length);
        }
        (_writtenLength, _writtenSequence, _writtenCrc) = (Length + _buffer.WrittenCount, sequence, crc);
        _writtenWeight = Weight + _buffer.WrittenCount + extra;
        if (writesAhead && _writtenLength > _fileLength) AddZeros((int)Math.Clamp(_writtenLength, MinAhead, MaxAhead));
        _writtenFileLength = Math.Max(_fileLength, Length + _buffer.WrittenCount);
        // At the durable length and not at the end of the file: a failed attempt before this one may have left bytes behind.
        _disk.Write(_file, _buffer.WrittenSpan, Length);
    }

    /// <summary>Makes the preceding write durable.</summary>
    public void Sync()
    {
        _disk.Sync(_file);
        IsEmpty = false;
        (Length, LastSequence, _lastCrc, _fileLength) = (_writtenLength, _writtenSequence, _writtenCrc, _writtenFileLength);
        Weight = _writtenWeight;
    }

    /// <summary>Removes what a failed write left behind the last durable record.</summary>
    public void TruncateTail()
    {
        _disk.Truncate(_file, Length);
        _fileLength = Length;
        // Otherwise a crash could bring the tail back, whose records were rolled back and whose sequence numbers are used again.
        _disk.Sync(_file);
    }

    public void Dispose() => _file.Dispose();

    private void AddZeros(int count)
    {
        _buffer.GetSpan(count)[..count].Clear();
        _buffer.Advance(count);
    }
}
