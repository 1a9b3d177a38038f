namespace NexRender.Listener.Jobs.Query;

/// <summary>The orders in which jobs can be listed.</summary>
internal enum JobSort
{
    /// <summary>By creation, the oldest first; the default.</summary>
    OldestFirst,

    /// <summary>By creation, the newest first.</summary>
    NewestFirst,

    /// <summary>By priority, the greatest first; jobs of the same priority by creation.</summary>
    Priority,

    /// <summary>By the time of the last change, the latest first.</summary>
    Updated,
}
