using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage;

/// <summary>One journal file, open for appending at its last good length. Used by one thread at a time.</summary>
internal sealed class Journal : IDisposable
{
    private const int KeptBuffer = 4 << 20;

    private readonly Disk _disk;
    private readonly SafeFileHandle _file;
    private ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private uint _lastCrc;

    // What the three are once the write under way has been flushed.
    private long _writtenLength;
    private long _writtenSequence;
    private uint _writtenCrc;

    private Journal(Disk disk, SafeFileHandle file, string path, long length, long lastSequence, uint lastCrc)
    {
        (_disk, _file, Path, Length, LastSequence, _lastCrc) = (disk, file, path, length, lastSequence, lastCrc);
    }

    /// <summary>Where the file is now.</summary>
    public string Path { get; set; }

    /// <summary>How many bytes of the file are known to be on the disk.</summary>
    public long Length { get; private set; }

    /// <summary>The sequence number of the last record known to be on the disk.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Makes a journal without records.</summary>
    public static Journal Create(Disk disk, string path, long firstSequence, int jobs)
    {
        var header = JournalFormat.Header(firstSequence, jobs, out var crc);
        var file = disk.Create(path);
        try
        {
            disk.Write(file, header, 0);
            disk.Flush(file);
            return new Journal(disk, file, path, header.Length, firstSequence - 1, crc);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a journal that was read, to go on after its last good record.</summary>
    public static Journal Continue(Disk disk, string path, JournalReader read) =>
        new(disk, disk.Append(path), path, read.GoodLength, read.LastSequence, read.LastCrc);

    /// <summary>Writes the records of a batch behind each other; they last only once <see cref="Flush"/> has returned.</summary>
    public void Write(List<Record> records)
    {
        if (_buffer.Capacity > KeptBuffer) _buffer = new ArrayBufferWriter<byte>(64 << 10);
        _buffer.ResetWrittenCount();
        var (sequence, crc) = (LastSequence, _lastCrc);
        for (var i = 0; i < records.Count; i++)
            crc = JournalFormat.Write(_buffer, ++sequence, crc, startsBatch: i == 0, records[i]);
        _disk.Write(_file, _buffer.WrittenSpan, Length);
        (_writtenLength, _writtenSequence, _writtenCrc) = (Length + _buffer.WrittenCount, sequence, crc);
    }

    /// <summary>Makes what was written last.</summary>
    public void Flush()
    {
        _disk.Flush(_file);
        (Length, LastSequence, _lastCrc) = (_writtenLength, _writtenSequence, _writtenCrc);
    }

    /// <summary>Takes back what a failed write left behind the last good record.</summary>
    public void CutBack()
    {
        _disk.Truncate(_file, Length);
        _disk.Flush(_file);
    }

    public void Dispose() => _file.Dispose();
}
