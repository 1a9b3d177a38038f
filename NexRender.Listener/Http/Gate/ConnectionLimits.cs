using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate;

/// <summary>Counts the connections, all together and of each address.</summary>
internal sealed class ConnectionLimits
{
    // Where the system names no limit, as Windows: what a farm cannot reach, and memory for it is there.
    private const int Unlimited = 40_000;
    private const int LeastPerAddress = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily Family, ulong Network), int> _byAddress = [];
    private int _count;

    /// <param name="limits">The limits; zeros are replaced by what the open files allow.</param>
    /// <param name="openFiles">The most files that the process may have open; <c>null</c> if there is no such limit.</param>
    public ConnectionLimits(GateLimits limits, long? openFiles)
    {
        var left = Math.Clamp((openFiles ?? 2L * Unlimited) - limits.ReservedFiles, 8, 2L * Unlimited);
        // A request in flight needs three sockets, one for the client and both ends of a connection to the inside: with the clients
        // at a half and the inside at two quarters, none of them can take the files of the database.
        Total = limits.Connections > 0 ? limits.Connections : (int)(left / 2);
        Inner = Math.Max(1, Math.Min(Total, (int)(left / 4)));
        PerAddress = limits.ConnectionsPerAddress > 0 ? limits.ConnectionsPerAddress : Math.Max(LeastPerAddress, Total / 4);
    }

    /// <summary>The most client connections.</summary>
    public int Total { get; }

    /// <summary>The most client connections of one address.</summary>
    public int PerAddress { get; }

    /// <summary>The most connections to the inside.</summary>
    public int Inner { get; }

    /// <summary>Counts a connection; false if there are too many already.</summary>
    public bool TryAdd(IPAddress address)
    {
        var key = Key(address);
        lock (_lock)
        {
            var ofAddress = _byAddress.GetValueOrDefault(key);
            if (_count >= Total || ofAddress >= PerAddress) return false;
            _count++;
            _byAddress[key] = ofAddress + 1;
            return true;
        }
    }

    public void Remove(IPAddress address)
    {
        var key = Key(address);
        lock (_lock)
        {
            _count--;
            if (_byAddress[key] == 1) _byAddress.Remove(key);
            else _byAddress[key]--;
        }
    }

    // Whoever has one IPv6 address has the 2^64 of its network, so that network counts as one address.
    private static (AddressFamily Family, ulong Network) Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return (address.AddressFamily, length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
