namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>The servers of the comparison.</summary>
internal enum TargetKind
{
    /// <summary>This server without its gate.</summary>
    Listener,

    /// <summary>This server behind its gate.</summary>
    Gate,

    /// <summary>Another version of this server, without its gate.</summary>
    Before,

    Original,
    Echo,
    Redis,

    /// <summary>This server, without its gate, with its jobs in Redis.</summary>
    ListenerOnRedis,

    /// <summary>The original with its provider for Redis.</summary>
    OriginalOnRedis,
}
