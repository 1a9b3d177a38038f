using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Files;

/// <summary>Reads database.js: a JSON array of jobs, of any size, written by this server, by the original or by hand.</summary>
internal sealed class CheckpointReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private long _bufferOffset;
    private bool _atEnd;
    private bool _hasLines = true;

    private CheckpointReader(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
    }

    /// <summary>The bytes of every job, in their order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checksJobs">Whether each job is known to be one valid object; else a line that looks like one is handed out unseen.</param>
    /// <exception cref="StorageException">The file is no JSON array of objects; it stays as it is.</exception>
    public static IEnumerable<byte[]> Read(string path, bool checksJobs = true)
    {
        using var file = Open(path);
        file.Fill();
        if (file._buffer.AsSpan(0, file._end).StartsWith("\uFEFF"u8)) file._start = 3;
        if (file.Peek() is not byte first) yield break;
        if (first != '[') throw file.NotAnArray();
        file._start++;
        if (file.Peek() == ']') file._start++;
        else
        {
            byte next;
            do
            {
                yield return (checksJobs ? null : file.TryReadLine()) ?? file.ReadJob();
                next = file.Peek() ?? throw file.Damaged("the file ends inside of the array");
                if (next is not ((byte)',' or (byte)']')) throw file.Damaged("a comma or the end of the array is missing");
                file._start++;
            }
            while (next == ',');
        }
        if (file.Peek() is not null) throw file.Damaged("something follows the end of the array");
    }

    public void Dispose() => _file.Dispose();

    private static CheckpointReader Open(string path)
    {
        try
        {
            return new CheckpointReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.NotReadable, $"cannot read the database {path}: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>A job as this server writes it, on a line of its own; <c>null</c> where there is something else.</summary>
    private byte[]? TryReadLine()
    {
        if (!_hasLines || Peek() != '{') return null;
        var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (length < 0)
        {
            Fill();
            length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        }
        // The original writes all of its jobs on one line: to look for the end of it at each of them would take hours.
        _hasLines = length >= 0;
        if (!_hasLines) return null;
        var line = _buffer.AsSpan(_start, length);
        if (line[^1] == ',') line = line[..^1];
        if (line[^1] != '}') return null;
        _start += line.Length;
        return line.ToArray();
    }

    private byte[] ReadJob()
    {
        while (true)
        {
            if (Peek() is not byte first) throw Damaged("the file ends inside of the array");
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _atEnd, new JsonReaderState(new JsonReaderOptions { MaxDepth = JsonObject.StoredDepth }));
            try
            {
                if (reader.Read() && reader.TrySkip())
                {
                    if (first != '{') throw Damaged("this is no job: a JSON object is expected");
                    var job = _buffer.AsSpan(_start, (int)reader.BytesConsumed);
                    if (!Utf8.IsValid(job)) throw Damaged("this job is not valid UTF-8");
                    _start += job.Length;
                    return job.ToArray();
                }
            }
            catch (JsonException e)
            {
                throw Damaged(e);
            }
            Fill();
        }
    }

    /// <summary>The next byte that is no blank, or nothing at the end of the file.</summary>
    private byte? Peek()
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n"u8);
            if (found >= 0) return _buffer[_start += found];
            _start = _end;
            if (_atEnd) return null;
            Fill();
        }
    }

    private void Fill()
    {
        var kept = _buffer.AsSpan(_start, _end - _start);
        var target = kept.Length > _buffer.Length / 2 ? new byte[(int)Math.Min(Array.MaxLength, _buffer.Length * 2L)] : _buffer;
        kept.CopyTo(target);
        _bufferOffset += _start;
        (_buffer, _start, _end) = (target, 0, kept.Length);
        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }

    private StorageException NotAnArray()
    {
        // Something else than JSON is told with its place; JSON that is no array is told as that.
        try
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _file.Position == _file.Length, default);
            reader.Read();
            reader.TrySkip();
        }
        catch (JsonException e)
        {
            return Damaged(e);
        }
        return new StorageException(StorageProblem.NotADatabase, $"the database {_path} is not a JSON array of jobs; it was left as it is");
    }

    private StorageException Damaged(JsonException e)
    {
        var (line, column) = Position(_bufferOffset + _start);
        var (moreLines, bytes) = (e.LineNumber ?? 0, e.BytePositionInLine ?? 0);
        return Damaged("this is not valid JSON", line + moreLines, moreLines == 0 ? column + bytes : bytes + 1, e);
    }

    private StorageException Damaged(string what)
    {
        var (line, column) = Position(_bufferOffset + _start);
        return Damaged(what, line, column, null);
    }

    private StorageException Damaged(string what, long line, long column, Exception? inner) =>
        new(StorageProblem.Damaged, $"the database {_path} cannot be read: line {line}, column {column}: {what}. It was left as it is", inner);

    /// <summary>Counted only when something is wrong, from the start of the file.</summary>
    private (long Line, long Column) Position(long offset)
    {
        using var lines = new LineReader(_path);
        long line = 0;
        while (lines.NextOffset <= offset && lines.Read()) line++;
        return (Math.Max(line, 1), offset - lines.LineOffset + 1);
    }
}
