using System.Text;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>Reads from Redis what an acknowledged change survives there.</summary>
internal static class RedisGuarantees
{
    public const string Unknown = "unknown: Redis does not tell its settings";

    /// <summary>Describes what a change survives, and reports settings under which jobs vanish.</summary>
    /// <exception cref="StorageException">The Redis is one that cannot be used.</exception>
    public static string Read(RedisLink link, RedisOptions options, StorageLog log)
    {
        if (Field(link, options, "cluster", "cluster_enabled") == "1")
            throw new StorageException(StorageProblem.Other, $"{options.Address} is a cluster, whose parts cannot change jobs together");
        if (Setting(link, options, "maxmemory-policy") is { } policy && policy.StartsWith("allkeys", StringComparison.Ordinal))
            log.Error($"the maxmemory-policy of {options.Address} is {policy}, so that Redis may drop jobs; set it to noeviction");
        var replicas = options.Replicas == 0 ? ""
            : $"the loss of the primary, if one of the {options.Replicas} replicas that have it takes its place; on the primary: ";
        return replicas + (Setting(link, options, "appendonly"), Setting(link, options, "appendfsync")) switch
        {
            (null, _) => Unknown,
            ("yes", "always") when options.Replicas > 0 && link.ConfirmsSyncs(options.Timeout) => "a power cut, as WAITAOF confirms",
            ("yes", "always") => "a power cut",
            ("yes", "everysec") => "a crash of Redis, and a power cut but for the last second",
            ("yes", _) => "a crash of Redis; a power cut loses what the system has not written",
            _ => Setting(link, options, "save") is { Length: > 0 }
                ? "the end of this server; a crash of Redis loses what changed since its last snapshot (appendonly no)"
                : "the end of this server; a crash of Redis loses all jobs (appendonly no, no snapshots)",
        };
    }

    private static string? Setting(RedisLink link, RedisOptions options, string name) => link.Setting(name, options.Timeout);

    private static string? Field(RedisLink link, RedisOptions options, string section, string name)
    {
        try
        {
            var lines = link.Call(options.Timeout, "INFO", section) is byte[] text ? Encoding.UTF8.GetString(text).Split("\r\n") : [];
            return Array.Find(lines, line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (RedisException)
        {
            return null;
        }
    }
}
