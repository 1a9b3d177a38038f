// Part of the public API, so it is in the root namespace, although the queue is what uses it.
namespace NexRender.Listener;

/// <summary>The order in which pickups hand out queued jobs.</summary>
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
