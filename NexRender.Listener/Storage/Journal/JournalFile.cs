using System.Buffers;
using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage.Journal;

/// <summary>One journal file, open for writing behind its last good record. Used by one thread at a time.</summary>
internal sealed class JournalFile : IDisposable
{
    private const int KeptBuffer = 4 << 20;

    // Zeros are written ahead of the records, the more the longer the journal is: within them a flush need not note a new length of the
    // file, and takes half the time.
    private const int LeastAhead = 16 << 10;
    private const int MostAhead = 1 << 20;

    private readonly Disk _disk;
    private readonly SafeFileHandle _file;
    private ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private uint _lastCrc;
    private long _fileLength;

    // What the four are once the write under way has been flushed.
    private long _writtenLength;
    private long _writtenSequence;
    private uint _writtenCrc;
    private long _writtenFileLength;

    private JournalFile(Disk disk, SafeFileHandle file, string path, long length, long lastSequence, uint lastCrc)
    {
        (_disk, _file, Path, Length, LastSequence, _lastCrc) = (disk, file, path, length, lastSequence, lastCrc);
        _fileLength = length;
    }

    /// <summary>Where the file is now.</summary>
    public string Path { get; set; }

    /// <summary>How many bytes of the file are known to be on the disk.</summary>
    public long Length { get; private set; }

    /// <summary>The sequence number of the last record known to be on the disk.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Makes a journal without records.</summary>
    public static JournalFile Create(Disk disk, string path, long firstSequence, int jobs)
    {
        var header = JournalFormat.Header(firstSequence, jobs, out var crc);
        var file = disk.Create(path);
        try
        {
            disk.Write(file, header, 0);
            disk.Flush(file);
            return new JournalFile(disk, file, path, header.Length, firstSequence - 1, crc);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a journal that was read, to go on after its last good record.</summary>
    public static JournalFile Continue(Disk disk, string path, JournalReader read) =>
        new(disk, disk.Append(path), path, read.GoodLength, read.LastSequence, read.LastCrc);

    /// <summary>Writes the records of a batch behind each other; they last only once <see cref="Flush"/> has returned.</summary>
    /// <param name="records">The records of the batch.</param>
    /// <param name="writesAhead">Whether zeros may be written behind them, for the batches to come.</param>
    public void Write(List<JournalRecord> records, bool writesAhead = true)
    {
        if (_buffer.Capacity > KeptBuffer) _buffer = new ArrayBufferWriter<byte>(64 << 10);
        _buffer.ResetWrittenCount();
        var (sequence, crc) = (LastSequence, _lastCrc);
        for (var i = 0; i < records.Count; i++)
            crc = JournalFormat.Write(_buffer, ++sequence, crc, startsBatch: i == 0, records[i]);
        (_writtenLength, _writtenSequence, _writtenCrc) = (Length + _buffer.WrittenCount, sequence, crc);
        if (writesAhead && _writtenLength > _fileLength) AddZeros((int)Math.Clamp(_writtenLength, LeastAhead, MostAhead));
        _writtenFileLength = Math.Max(_fileLength, Length + _buffer.WrittenCount);
        _disk.Write(_file, _buffer.WrittenSpan, Length);
    }

    private void AddZeros(int count)
    {
        _buffer.GetSpan(count)[..count].Clear();
        _buffer.Advance(count);
    }

    /// <summary>Makes what was written last.</summary>
    public void Flush()
    {
        _disk.Flush(_file);
        (Length, LastSequence, _lastCrc, _fileLength) = (_writtenLength, _writtenSequence, _writtenCrc, _writtenFileLength);
    }

    /// <summary>Takes back what a failed write left behind the last good record.</summary>
    public void CutBack()
    {
        _disk.Truncate(_file, Length);
        _fileLength = Length;
        _disk.Flush(_file);
    }

    public void Dispose() => _file.Dispose();
}
