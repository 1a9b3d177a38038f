using NexRender.Listener.Storage.Redis;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener;

/// <summary>Validates the options of the place of the jobs.</summary>
internal static class StoreRules
{
    /// <summary>Returns the reason why a text is not the address of a store; <c>null</c> if it is.</summary>
    public static string? CheckAddress(string text) => RedisAddress.Parse(text, out _);

    /// <summary>Returns the reason why a text is not the address of a server; <c>null</c> if it is.</summary>
    public static string? CheckOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http", PathAndQuery: "/", UserInfo: "", Fragment: "" }
            && !text.Contains(' ') ? null : "is not an address such as http://host:3000";

    /// <summary>Returns the address of a store.</summary>
    /// <exception cref="ArgumentException">It is not valid.</exception>
    public static string? Address(string? value, string name) => Checked(value, name, CheckAddress);

    /// <summary>Returns the address of a server.</summary>
    /// <exception cref="ArgumentException">It is not valid.</exception>
    public static string? Origin(string? value, string name) => Checked(value, name, CheckOrigin);

    /// <summary>Checks the place of the jobs before the server starts.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">Returns the name that an option has for the person who set it.</param>
    /// <returns>What is wrong and what to do; <c>null</c> if nothing is.</returns>
    public static string? Check(ListenerOptions options, Func<string, string> name)
    {
        var store = name(nameof(options.Store));
        if (options.Store is null)
        {
            var needy = options.Advertise is not null ? nameof(options.Advertise)
                : options.RedisReplicas > 0 ? nameof(options.RedisReplicas)
                : options.Takeover ? nameof(options.Takeover) : null;
            return needy is null ? null : $"{name(needy)} needs {store}";
        }
        if (options.Database is not null) return $"{store} and {name(nameof(options.Database))} are mutually exclusive";
        return options.Recover ? $"{name(nameof(options.Recover))} repairs a file, and {store} has none" : null;
    }

    /// <summary>Checks the commands that do something else than serve.</summary>
    /// <returns>What is wrong; <c>null</c> if nothing is.</returns>
    public static string? CheckCommands(bool hasStore, bool isCleanup, string? import, string? export)
    {
        if (hasStore && isCleanup) return "--cleanup erases a file; use redis-cli for Redis";
        if (!hasStore && (import ?? export) is not null) return $"{(import is null ? "--export" : "--import")} needs --store";
        return import is not null && export is not null ? "--import and --export are mutually exclusive" : null;
    }

    /// <summary>Returns the settings of the storage in Redis; <c>null</c> for the file.</summary>
    public static RedisOptions? Settings(ListenerOptions options)
    {
        if (options.Store is null || RedisAddress.Parse(options.Store, out var address) is not null) return null;
        var host = options.Host ?? Environment.MachineName;
        return new RedisOptions(address!)
        {
            Advertise = options.Advertise ?? $"http://{(host.Contains(':') ? $"[{host}]" : host)}:{options.Port}",
            LeadTimeout = options.LeadTimeout,
            Replicas = options.RedisReplicas,
            Takeover = options.Takeover,
        };
    }

    private static string? Checked(string? value, string name, Func<string, string?> check) =>
        value is not null && check(value) is { } problem ? throw new ArgumentException($"it {problem}", name) : value;
}
