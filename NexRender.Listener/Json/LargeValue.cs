using System.Runtime.InteropServices;

namespace NexRender.Listener.Json;

/// <summary>A large value of an object, shared by the versions of the object that have it.</summary>
/// <param name="bytes">The value, in an array that nobody changes.</param>
internal sealed class LargeValue(ReadOnlyMemory<byte> bytes)
{
    private const long IsKnown = 1L << 32;

    // The checksum and whether it is known, in one word that is read and written at once.
    private long _checksum;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>True if at least half of its array is the value.</summary>
    public bool FillsArray => MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Count >= segment.Array!.Length / 2;

    /// <summary>Returns the checksum, which is computed once.</summary>
    public uint Checksum(Func<ReadOnlyMemory<byte>, uint> compute)
    {
        var known = Volatile.Read(ref _checksum);
        if (known == 0) Volatile.Write(ref _checksum, known = IsKnown | compute(bytes));
        return (uint)known;
    }

    /// <summary>Returns the same value in an array of its own.</summary>
    public LargeValue Copy() => new(bytes.ToArray()) { _checksum = Volatile.Read(ref _checksum) };
}
