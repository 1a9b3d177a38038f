namespace NexRender.Listener;

/// <summary>Which queued job a pickup hands out.</summary>
public enum JobOrdering
{
    /// <summary>The first in order of creation; the default.</summary>
    OldestFirst,

    /// <summary>The last in order of creation.</summary>
    NewestFirst,

    /// <summary>Any, each equally likely.</summary>
    Random,

    /// <summary>The greatest <c>priority</c>; among equals the oldest.</summary>
    Priority,
}
