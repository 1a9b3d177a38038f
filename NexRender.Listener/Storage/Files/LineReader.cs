namespace NexRender.Listener.Storage.Files;

/// <summary>Reads a file of any size line by line and tracks the offset of each line.</summary>
internal sealed class LineReader(string path, long offset = 0) : IDisposable
{
    private readonly Stream _file = OpenAt(path, offset);
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private int _searched;

    /// <summary>The offset of the current line in the file.</summary>
    public long LineOffset { get; private set; } = offset;

    /// <summary>The current line without its line feed; valid until the next call of <see cref="Read"/>.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>True if the current line ends with a line feed; only the last line of a file may not.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The offset of the next line.</summary>
    public long NextOffset { get; private set; } = offset;

    /// <summary>Reads the next line; returns false at the end of the file.</summary>
    public bool Read()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start + _searched, _end - _start - _searched).IndexOf((byte)'\n');
            if (length >= 0) return Take(_searched + length, isWhole: true);
            _searched = _end - _start;
            if (!Fill()) return _searched > 0 && Take(_searched, isWhole: false);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream OpenAt(string path, long offset)
    {
        const FileShare share = FileShare.ReadWrite | FileShare.Delete;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, share, 0, FileOptions.SequentialScan);
        file.Position = offset;
        return file;
    }

    private bool Take(int length, bool isWhole)
    {
        (Line, IsWhole, LineOffset) = (_buffer.AsMemory(_start, length), isWhole, NextOffset);
        var taken = length + (isWhole ? 1 : 0);
        _start += taken;
        NextOffset += taken;
        _searched = 0;
        return true;
    }

    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            var kept = _buffer.AsSpan(_start, _end - _start);
            var target = kept.Length > _buffer.Length / 2 ? new byte[(int)Math.Min(Array.MaxLength, _buffer.Length * 2L)] : _buffer;
            kept.CopyTo(target);
            (_buffer, _start, _end) = (target, 0, kept.Length);
        }
        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
