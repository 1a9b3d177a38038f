namespace NexRender.Listener.Api.Watch;

/// <summary>The checksum of gzip (RFC 1952, section 8), and that of two texts one after the other.</summary>
internal static class Crc32
{
    // The polynomial, its lowest power in the highest bit.
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 1u << 31;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Remainder((uint)value))];

    // The powers of x whose exponents are 1, 2, 4, 8 and so on.
    private static readonly uint[] Powers = Squares(1u << 30);

    /// <summary>Returns the checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>Returns what <see cref="Append"/> needs of the length of the second text.</summary>
    public static uint Shift(long length)
    {
        var shift = One;
        // In bits: the length in bytes times 2 to the third.
        for (var power = 3; length > 0; power++, length >>= 1)
        {
            if ((length & 1) != 0) shift = Multiply(Powers[power & 31], shift);
        }
        return shift;
    }

    /// <summary>Returns the checksum of two texts, of the checksums of both and the shift of the second.</summary>
    public static uint Append(uint first, uint second, uint shift) => Multiply(shift, first) ^ second;

    private static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value >> 1) ^ ((value & 1) * Polynomial);
        return value;
    }

    private static uint[] Squares(uint value)
    {
        var squares = new uint[32];
        for (var i = 0; i < squares.Length; i++)
        {
            squares[i] = value;
            value = Multiply(value, value);
        }
        return squares;
    }

    // The product of two polynomials, modulo the one of the checksum.
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = One; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0) product ^= b;
            b = (b >> 1) ^ ((b & 1) * Polynomial);
        }
        return product;
    }
}
