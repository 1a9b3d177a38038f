namespace NexRender.Listener.Storage.Files;

/// <summary>Computes the checksum of a whole from those of its two parts.</summary>
/// <param name="polynomial">The polynomial of the checksum, its lowest power in the highest bit.</param>
// The first part counts as if as many zeros followed it as the second has bits, which is a multiplication by a power of x modulo the
// polynomial.
internal sealed class CrcShift(uint polynomial)
{
    private const uint One = 1u << 31, X8 = 1u << 23;

    /// <summary>Returns the power of x for a second part of so many bytes.</summary>
    public uint Of(long length)
    {
        var (power, square) = (One, X8);
        for (; length > 0; length >>= 1)
        {
            if ((length & 1) != 0) power = Multiply(power, square);
            square = Multiply(square, square);
        }
        return power;
    }

    /// <summary>Returns the checksum of the whole.</summary>
    /// <param name="first">The checksum of the first part.</param>
    /// <param name="second">The checksum of the second part.</param>
    /// <param name="shift">What <see cref="Of"/> returns for the second part.</param>
    public uint Append(uint first, uint second, uint shift) => Multiply(shift, first) ^ second;

    private uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            if ((a & One) != 0) product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ polynomial : b >> 1;
        }
        return product;
    }
}
