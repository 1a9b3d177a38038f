using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Files;

/// <summary>Reads a file of jobs: a JSON array of any size, written by this server, by nexrender-server or by hand.</summary>
internal sealed class CheckpointReader : IDisposable
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonObject.StoredDepth };

    private readonly string _path;
    private readonly FileStream _file;
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private long _bufferOffset;
    private bool _atEnd;
    private bool _hasLines = true;
    private CheckpointMark _mark;

    private CheckpointReader(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
    }

    /// <summary>Returns the bytes of every job in their order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checksJobs">
    /// True to parse every job here; otherwise a line that looks like a job is returned unparsed, to be checked by the caller.
    /// </param>
    /// <param name="end">Receives the mark of the whole file once it has been read to its end.</param>
    /// <exception cref="StorageException">The file is not a JSON array of objects, or cannot be read.</exception>
    public static IEnumerable<byte[]> Read(string path, bool checksJobs = true, Action<CheckpointMark>? end = null)
    {
        using var file = Open(path);
        file.Fill();
        if (file._buffer.AsSpan(0, file._end).StartsWith("\uFEFF"u8)) file._start = 3;
        if (file.Peek() is not byte first)
        {
            end?.Invoke(file._mark);
            yield break;
        }
        if (first != '[') throw file.NotAnArray();
        file._start++;
        if (file.Peek() == ']') file._start++;
        else
        {
            byte next;
            do
            {
                yield return (checksJobs ? null : file.TryReadLine()) ?? file.ReadJob();
                next = file.Peek() ?? throw file.Damaged("the file ends inside the array");
                if (next is not ((byte)',' or (byte)']')) throw file.Damaged("a comma or the end of the array is missing");
                file._start++;
            }
            while (next == ',');
        }
        if (file.Peek() is not null) throw file.Damaged("something follows the end of the array");
        end?.Invoke(file._mark);
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
            throw new StorageException(
                StorageProblem.NotReadable, $"cannot read the database {path}: {StorageFailure.OneLine(e)}", e);
        }
    }

    /// <summary>Reads a job in a line of its own, as this server writes it; returns <c>null</c> for anything else.</summary>
    private byte[]? TryReadLine()
    {
        if (!_hasLines || Peek() != '{') return null;
        var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (length < 0)
        {
            Fill();
            length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        }
        // nexrender-server writes all jobs in one line: searching for its end at every job would take hours.
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
            if (Peek() is not byte first) throw Damaged("the file ends inside the array");
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _atEnd, new JsonReaderState(Options));
            try
            {
                if (reader.Read() && reader.TrySkip())
                {
                    if (first != '{') throw Damaged("expected a JSON object");
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

    /// <summary>Skips whitespace and returns the next byte; <c>null</c> at the end of the file.</summary>
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
        _mark = _mark.Append(_buffer.AsSpan(_end, read));
        _end += read;
        _atEnd = read == 0;
    }

    private StorageException NotAnArray()
    {
        // Invalid JSON is reported with its position; valid JSON other than an array has none worth reporting.
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
        return new StorageException(
            StorageProblem.NotADatabase, $"the database {_path} is not a JSON array of jobs; the file was not modified");
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
        new(
            StorageProblem.Damaged,
            $"the database {_path} cannot be read: line {line}, column {column}: {what}; the file was not modified", inner);

    /// <summary>Counts lines from the start of the file, which only an error does.</summary>
    private (long Line, long Column) Position(long offset)
    {
        using var lines = new LineReader(_path);
        long line = 0;
        while (lines.NextOffset <= offset && lines.Read()) line++;
        return (Math.Max(line, 1), offset - lines.LineOffset + 1);
    }
}
