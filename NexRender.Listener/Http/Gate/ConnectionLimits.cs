using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate;

/// <summary>Limits the number of connections, of all clients and of each address.</summary>
internal sealed class ConnectionLimits
{
    // For a system without a limit of open files, such as Windows, and the most that is used. 12,500 pickups can be held with it.
    private const long DefaultOpenFiles = 100_000;
    private const int MinPerAddress = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily Family, ulong Network), int> _byAddress = [];
    private int _count;

    /// <param name="limits">The limits; those that are zero are derived from the open files.</param>
    /// <param name="openFiles">The most files that the process may have open; <c>null</c> if the system has no limit.</param>
    public ConnectionLimits(GateLimits limits, long? openFiles)
    {
        var left = Math.Clamp((openFiles ?? DefaultOpenFiles) - limits.ReservedFiles, 8, DefaultOpenFiles);
        // The process has both ends of an inner connection. So the clients get a half of the files, and the inner connections two
        // quarters, and the reserved files cannot be used up.
        Total = limits.Connections > 0 ? limits.Connections : (int)(left / 2);
        Inner = Math.Max(1, Math.Min(Total, (int)(left / 4)));
        PerAddress = limits.ConnectionsPerAddress > 0 ? limits.ConnectionsPerAddress : Math.Max(MinPerAddress, Total / 4);
    }

    /// <summary>The most client connections.</summary>
    public int Total { get; }

    /// <summary>The most client connections of one address.</summary>
    public int PerAddress { get; }

    /// <summary>The most inner connections.</summary>
    public int Inner { get; }

    /// <summary>Adds a connection; false if there are too many.</summary>
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

    /// <summary>Removes a connection.</summary>
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

    // A client with an IPv6 address usually has all addresses of its /64 network, so that the network counts as one address.
    private static (AddressFamily Family, ulong Network) Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var network = length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return (address.AddressFamily, network);
    }
}
