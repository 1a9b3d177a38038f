using System.Globalization;
using System.Text;

namespace NexRender.Listener.Storage.Redis.Wire;

/// <summary>Asks sentinels for the address of the primary.</summary>
internal static class Sentinels
{
    /// <summary>Returns the address of the primary that the first sentinel to know it names.</summary>
    /// <exception cref="IOException">No sentinel knows it, or what they name is not a primary.</exception>
    public static (string Host, int Port) Find((string Host, int Port)[] sentinels, string name, TimeSpan timeout)
    {
        var reason = "there are none";
        var share = timeout / (sentinels.Length + 1);
        foreach (var sentinel in sentinels)
        {
            try
            {
                if (Ask(sentinel, name, share) is not { } place) reason = $"{sentinel.Host}:{sentinel.Port} does not know it";
                else if (IsPrimary(place, share)) return place;
                else reason = $"{place.Host}:{place.Port} is not a primary";
            }
            catch (Exception e) when (e is IOException or RedisException)
            {
                reason = $"{sentinel.Host}:{sentinel.Port}: {StorageFailure.OneLine(e)}";
            }
        }
        throw new IOException($"no sentinel names a primary {name} ({reason})");
    }

    private static (string Host, int Port)? Ask((string Host, int Port) sentinel, string name, TimeSpan timeout)
    {
        using var connection = RespConnection.Open(null, sentinel, usesTls: false, timeout);
        var reply = connection.Call(RespWriter.Of("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name), 1, timeout);
        return reply is object?[] { Length: 2 } and [byte[] host, byte[] port]
            ? (Encoding.UTF8.GetString(host), int.Parse(Encoding.ASCII.GetString(port), CultureInfo.InvariantCulture))
            : null;
    }

    // Right after a failover the sentinels may still name the old primary, which has become a replica or does not know it yet. Without
    // the right to ask (NOAUTH), the connection itself finds out.
    private static bool IsPrimary((string Host, int Port) place, TimeSpan timeout)
    {
        using var connection = RespConnection.Open(null, place, usesTls: false, timeout);
        try
        {
            var reply = (object?[])connection.Call(RespWriter.Of("ROLE"), 1, timeout)!;
            return reply is [byte[] role, ..] && role.AsSpan().SequenceEqual("master"u8);
        }
        catch (RedisException)
        {
            return true;
        }
    }
}
