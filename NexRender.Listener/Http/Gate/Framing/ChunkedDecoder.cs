using System.Buffers;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>Decodes a chunked body (RFC 9112) incrementally; checks and discards its trailers.</summary>
internal sealed class ChunkedDecoder(GateLimits limits)
{
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

    /// <summary>True if the last chunk and the trailers are decoded.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>Decodes up to and including the next data, which may be a part of a chunk, or to the end of the input.</summary>
    /// <param name="input">The received bytes.</param>
    /// <param name="data">The decoded data; empty if the input contains none.</param>
    /// <returns>The number of consumed bytes of the input, including the data.</returns>
    /// <exception cref="HttpStatusException">The body is not correctly chunked, or exceeds a limit.</exception>
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

    private static HttpStatusException Bad() => new(400, "the chunked body is not valid");

    private static int HexDigit(byte value) => value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10;

    private static State Expect(byte value, char expected, State next) => value == expected ? next : throw Bad();

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
            _ => throw Bad(),
        };
    }

    private State ReadSize(byte value)
    {
        CountLine(1);
        if (char.IsAsciiHexDigit((char)value))
        {
            if (++_digits > 15) throw Bad();
            _left = (_left << 4) + HexDigit(value);
            return State.Size;
        }
        if (_digits == 0) throw Bad();
        return value switch { (byte)'\r' => State.SizeLineFeed, (byte)';' => State.Extension, _ => throw Bad() };
    }

    private State BeginChunk(byte value)
    {
        if (value != '\n') throw Bad();
        (_digits, _lineLength) = (0, 0);
        return _left > 0 ? State.Data : State.TrailerStart;
    }

    private State BeginTrailer(byte value)
    {
        CountTrailers(1);
        return Characters.Token.Contains(value) ? State.Trailer : throw Bad();
    }

    // Skips to the next control character; the following step accepts it only if it is CR.
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
        if ((_lineLength += bytes) > limits.ChunkLine) throw Bad();
    }

    private void CountTrailers(int bytes)
    {
        if ((_trailers += bytes) > limits.Trailers) throw new HttpStatusException(431, "the trailers of the body are too long");
    }
}
