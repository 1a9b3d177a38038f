using System.Buffers.Binary;
using System.Numerics;

namespace NexRender.Listener.Storage.Files;

/// <summary>Computes CRC-32C (Castagnoli), eight bytes at a time.</summary>
internal static class Crc32C
{
    // With the bits reversed: the highest one is that of the power 0.
    private const uint Polynomial = 0x82F63B78, One = 1u << 31, X8 = 1u << 23;

    public static uint Compute(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>Returns the checksum of two parts from those of each.</summary>
    /// <param name="first">The checksum of the first part.</param>
    /// <param name="second">The checksum of the second part.</param>
    /// <param name="secondLength">The length of the second part.</param>
    // The first part counts as if as many zeros followed it, which is a multiplication by a power of x modulo the polynomial.
    public static uint Combine(uint first, uint second, int secondLength)
    {
        var (power, square) = (One, X8);
        for (var n = secondLength; n > 0; n >>= 1)
        {
            if ((n & 1) != 0) power = Multiply(power, square);
            square = Multiply(square, square);
        }
        return Multiply(power, first) ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            if ((a & One) != 0) product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }
        return product;
    }
}
