using System.Buffers;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>
/// Decodes a chunked body strictly, as RFC 9112 defines it, whatever the portions that its bytes arrive in. Trailers are checked and
/// dropped.
/// </summary>
internal sealed class ChunkedDecoder(GateLimits limits)
{
    // More would not fit into 64 bits.
    private const int MaxDigits = 15;

    private State _state = State.Size;
    private long _left;
    private int _digits;
    private int _lineLength;
    private int _trailers;

    private enum State
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        TrailerStart,
        Trailer,
        TrailerLineFeed,
        EndLineFeed,
        Done,
    }

    /// <summary>True if the last chunk and the trailers have been decoded.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>Decodes up to the end of the next piece of data, which may be a part of a chunk, or of the input.</summary>
    /// <param name="input">The next bytes of the body.</param>
    /// <param name="data">The piece of data; empty if there is none in the input.</param>
    /// <returns>The number of bytes of the input that were decoded, the piece included.</returns>
    /// <exception cref="HttpStatusException">The body is not valid, or exceeds a limit.</exception>
    public int Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        data = default;
        var at = 0;
        while (at < input.Length && _state != State.Done)
        {
            if (_state == State.Data)
            {
                data = input.Slice(at, (int)Math.Min(_left, input.Length - at));
                _left -= data.Length;
                if (_left == 0) _state = State.DataReturn;
                return at + data.Length;
            }
            if (_state is State.Extension or State.Trailer) at += SkipText(input[at..]);
            if (at < input.Length) Step(input[at++]);
        }
        return at;
    }

    private static HttpStatusException Invalid() => new(400, "the chunked body is not valid");

    private static int HexDigit(byte value) => value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10;

    private static State Expect(byte value, char expected, State next) => value == expected ? next : throw Invalid();

    private void Step(byte value)
    {
        _state = _state switch
        {
            State.Size => ReadSize(value),
            State.Extension => Expect(value, '\r', State.SizeLineFeed),
            State.SizeLineFeed => BeginChunk(value),
            State.DataReturn => Expect(value, '\r', State.DataLineFeed),
            State.DataLineFeed => Expect(value, '\n', State.Size),
            State.TrailerStart => value == '\r' ? State.EndLineFeed : BeginTrailer(value),
            State.Trailer => Expect(value, '\r', State.TrailerLineFeed),
            State.TrailerLineFeed => Expect(value, '\n', State.TrailerStart),
            State.EndLineFeed => Expect(value, '\n', State.Done),
            _ => throw Invalid(),
        };
    }

    private State ReadSize(byte value)
    {
        CountLine(1);
        if (char.IsAsciiHexDigit((char)value))
        {
            if (++_digits > MaxDigits) throw Invalid();
            _left = (_left << 4) + HexDigit(value);
            return State.Size;
        }
        if (_digits == 0) throw Invalid();
        return value switch { (byte)'\r' => State.SizeLineFeed, (byte)';' => State.Extension, _ => throw Invalid() };
    }

    private State BeginChunk(byte value)
    {
        if (value != '\n') throw Invalid();
        (_digits, _lineLength) = (0, 0);
        return _left > 0 ? State.Data : State.TrailerStart;
    }

    private State BeginTrailer(byte value)
    {
        CountTrailers(1);
        return Characters.Token.Contains(value) ? State.Trailer : throw Invalid();
    }

    // Skips to the end of the line or to an invalid byte; the next step tells which it is.
    private int SkipText(ReadOnlySpan<byte> input)
    {
        var length = input.IndexOfAny(Characters.NotInValue);
        if (length < 0) length = input.Length;
        if (_state == State.Extension) CountLine(length);
        else CountTrailers(length);
        return length;
    }

    private void CountLine(int bytes)
    {
        if ((_lineLength += bytes) > limits.ChunkLine) throw Invalid();
    }

    private void CountTrailers(int bytes)
    {
        if ((_trailers += bytes) > limits.Trailers) throw new HttpStatusException(431, "the trailers of the body are too long");
    }
}
