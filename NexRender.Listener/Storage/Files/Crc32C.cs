using System.Buffers.Binary;
using System.Numerics;

namespace NexRender.Listener.Storage.Files;

/// <summary>Computes CRC-32C (Castagnoli), eight bytes at a time.</summary>
internal static class Crc32C
{
    private static readonly CrcShift Shift = new(0x82F63B78);

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
    public static uint Combine(uint first, uint second, int secondLength) => Shift.Append(first, second, Shift.Of(secondLength));
}
