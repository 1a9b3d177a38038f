namespace NexRender.Listener.Tests.Bench;

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
}
