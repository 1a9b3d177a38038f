using System.Globalization;

namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>The address of a Redis, as its URL names it.</summary>
/// <param name="Hosts">The host and the port; those of the sentinels if <paramref name="Primary"/> is given; none for a socket.</param>
/// <param name="Socket">The path of the socket; <c>null</c> for TCP.</param>
/// <param name="Primary">The name under which the sentinels know the primary; <c>null</c> without sentinels.</param>
internal sealed record RedisAddress((string Host, int Port)[] Hosts, string? Socket, string? Primary)
{
    private const int DefaultPort = 6379, SentinelPort = 26379;

    /// <summary>True to connect by TLS.</summary>
    public bool UsesTls { get; private init; }

    /// <summary>The user; empty for the default one.</summary>
    public string User { get; private init; } = "";

    /// <summary>The password; empty for none.</summary>
    public string Password { get; private init; } = "";

    /// <summary>The number of the database.</summary>
    public int Database { get; private init; }

    /// <summary>True if this executable can connect by TLS.</summary>
#if WITHOUT_TLS
    public static bool HasTls => false;
#else
    public static bool HasTls => true;
#endif

    /// <summary>Parses a URL: redis, rediss, redis+sentinel or unix.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="address">The address; <c>null</c> if it is not valid.</param>
    /// <returns>What is wrong with it, to follow its name; <c>null</c> if nothing is.</returns>
    public static string? Parse(string text, out RedisAddress? address)
    {
        address = null;
        var colon = text.IndexOf(':');
        var scheme = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..];
        if (rest.StartsWith("//", StringComparison.Ordinal)) rest = rest[2..];
        if (scheme == "rediss" && !HasTls)
            return "needs TLS, which this file does not have; use redis:// and stunnel, or the portable file";
        if (scheme is not ("redis" or "rediss" or "redis+sentinel" or "unix"))
            return "is not an address such as redis://host:6379/0, redis+sentinel://host1,host2/name or unix:/path";
        address = ReadUser(rest, out var place) is var (user, password)
            ? Read(scheme, place) is { } read ? read with { UsesTls = scheme == "rediss", User = user, Password = password } : null
            : null;
        return address is null ? "is not an address such as redis://user:password@host:6379/0" : null;
    }

    /// <summary>Describes the address without its password.</summary>
    public override string ToString()
    {
        var hosts = string.Join(',', Hosts.Select(host => $"{(host.Host.Contains(':') ? $"[{host.Host}]" : host.Host)}:{host.Port}"));
        if (Socket is not null) return $"unix:{Socket}{(Database == 0 ? "" : $"?db={Database}")}";
        return Primary is null ? $"{(UsesTls ? "rediss" : "redis")}://{hosts}/{Database}"
            : $"redis+sentinel://{hosts}/{Primary}/{Database}";
    }

    private static (string User, string Password) ReadUser(string text, out string place)
    {
        var at = text.LastIndexOf('@');
        place = text[(at + 1)..];
        if (at < 0) return ("", "");
        var parts = text[..at].Split(':', 2);
        var user = parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[0]);
        return (user, Uri.UnescapeDataString(parts[^1]));
    }

    private static RedisAddress? Read(string scheme, string place)
    {
        if (scheme == "unix")
        {
            var parts = place.Split("?db=", 2);
            if (!parts[0].StartsWith('/') || ReadDatabase(parts.ElementAtOrDefault(1)) is not { } database) return null;
            return new RedisAddress([], Uri.UnescapeDataString(parts[0]), null) { Database = database };
        }
        var segments = place.TrimEnd('/').Split('/');
        var hasSentinels = scheme == "redis+sentinel";
        var hosts = segments[0].Split(',').Select(host => ReadHost(host, hasSentinels ? SentinelPort : DefaultPort)).ToArray();
        var numberAt = hasSentinels ? 2 : 1;
        if (segments.Length > numberAt + 1 || Array.Exists(hosts, host => host is null)) return null;
        if (!hasSentinels && hosts.Length > 1) return null;
        if (ReadDatabase(segments.ElementAtOrDefault(numberAt)) is not { } number) return null;
        if (hasSentinels && segments.ElementAtOrDefault(1) is not { Length: > 0 }) return null;
        var places = Array.ConvertAll(hosts, host => host!.Value);
        return new RedisAddress(places, null, hasSentinels ? segments[1] : null) { Database = number };
    }

    private static int? ReadDatabase(string? text) =>
        text is null ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (string Host, int Port)? ReadHost(string text, int defaultPort)
    {
        var colon = text.LastIndexOf(':') is var last and > 0 && text.IndexOf(']') < last ? last : -1;
        var (host, port) = colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        host = host.Trim('[', ']');
        if (host.Length == 0 || (colon >= 0 && !text.StartsWith('[') && host.Contains(':'))) return null;
        if (port is null) return (host, defaultPort);
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? (host, number) : null;
    }
}
