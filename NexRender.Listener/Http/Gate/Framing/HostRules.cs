using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>Checks the host of a request.</summary>
internal static class HostRules
{
    private const int MaxPortLength = 5;

    /// <summary>Returns true for a name or an address, IPv6 in brackets, with or without a port.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        var end = text.Length > 0 && text[0] == '[' ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        if (end < 0) end = text.Length;
        return end > 0 && IsHost(text[..end]) && IsPort(text[end..]);
    }

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host[0] != '[') return !host.ContainsAnyExcept(Characters.Host);
        // Without a zone, which means nothing to another machine, and may contain anything.
        return !host[1..^1].ContainsAnyExcept(Characters.IPv6)
            && IPAddress.TryParse(Encoding.Latin1.GetString(host[1..^1]), out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsPort(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || (rest[0] == ':' && rest.Length <= MaxPortLength + 1 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
}
