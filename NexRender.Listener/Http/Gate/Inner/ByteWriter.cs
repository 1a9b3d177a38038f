using System.Buffers;
using System.Buffers.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>Writes text to a rented buffer, and replaces it by a larger one when it is full.</summary>
internal ref struct ByteWriter(byte[] buffer)
{
    private const int MaxNumberLength = 20;

    public byte[] Buffer { get; private set; } = buffer;

    public int Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(MaxNumberLength), out var written);
        Length += written;
    }

    /// <summary>Writes bytes, and percent-encodes those beyond printable ASCII.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isReversible">True to encode the percent sign too.</param>
    public void AppendEncoded(ReadOnlySpan<byte> bytes, bool isReversible)
    {
        var room = Room(bytes.Length * 3);
        var written = 0;
        foreach (var value in bytes)
        {
            if (value is >= 0x20 and < 0x7F && (value != '%' || !isReversible))
            {
                room[written++] = value;
                continue;
            }
            room[written++] = (byte)'%';
            Utf8Formatter.TryFormat(value, room[written..], out var digits, new StandardFormat('X', 2));
            written += digits;
        }
        Length += written;
    }

    private Span<byte> Room(int length)
    {
        if (Buffer.Length - Length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Buffer.Length * 2, Length + length));
            Buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(Buffer);
            Buffer = larger;
        }
        return Buffer.AsSpan(Length);
    }
}
