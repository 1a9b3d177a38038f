using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate;

/// <summary>Limits the number of client connections, in total and per address.</summary>
internal sealed class ConnectionLimits
{
    // Used if the system has no limit of open files, as on Windows: more than a farm needs, and affordable in memory.
    private const int Unlimited = 40_000;
    private const int LeastPerAddress = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily Family, ulong Network), int> _byAddress = [];
    private int _count;

    /// <param name="limits">The limits; zeros are replaced by values derived from the limit of open files.</param>
    /// <param name="openFiles">The limit of open files of the process; <c>null</c> if it has none.</param>
    public ConnectionLimits(GateLimits limits, long? openFiles)
    {
        var left = Math.Clamp((openFiles ?? 2L * Unlimited) - limits.ReservedFiles, 8, 2L * Unlimited);
        // A request in flight needs three sockets: the client's and both ends of an inner connection. Client connections get half of
        // the files and both ends of the inner ones a quarter each, so that the database always has its own.
        Total = limits.Connections > 0 ? limits.Connections : (int)(left / 2);
        Inner = Math.Max(1, Math.Min(Total, (int)(left / 4)));
        PerAddress = limits.ConnectionsPerAddress > 0 ? limits.ConnectionsPerAddress : Math.Max(LeastPerAddress, Total / 4);
    }

    /// <summary>The maximum number of client connections.</summary>
    public int Total { get; }

    /// <summary>The maximum number of client connections per address.</summary>
    public int PerAddress { get; }

    /// <summary>The maximum number of connections to the inner listener.</summary>
    public int Inner { get; }

    /// <summary>Adds a connection; returns false if a limit is reached.</summary>
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

    // A client with one IPv6 address can use all 2^64 of its network, so the /64 network counts as one address.
    private static (AddressFamily Family, ulong Network) Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return (address.AddressFamily, length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
