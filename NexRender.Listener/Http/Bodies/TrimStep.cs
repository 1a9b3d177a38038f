namespace NexRender.Listener.Http.Bodies;

/// <summary>A step of returning memory to the system.</summary>
internal enum TrimStep
{
    /// <summary>There is nothing to return, or a burst is going on.</summary>
    None,

    /// <summary>A collection in the background finds out how much is live. It stops nothing, and has ended by the next period.</summary>
    Collect,

    /// <summary>A blocking collection returns what is free; with too much live memory for one, <see cref="Release"/> follows.</summary>
    Trim,

    /// <summary>A collection in the background, and short ones while it runs and after, return the regions that it finds free.</summary>
    Release,
}
