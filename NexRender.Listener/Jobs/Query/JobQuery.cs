namespace NexRender.Listener.Jobs.Query;

/// <summary>A request for a page of jobs.</summary>
internal sealed record JobQuery
{
    /// <summary>The greatest <see cref="Limit"/>.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The conditions of the list.</summary>
    public JobFilter Filter { get; init; } = new();

    /// <summary>The order of the list.</summary>
    public JobSort Sort { get; init; }

    /// <summary>The number of matching jobs to skip.</summary>
    public int Offset { get; init; }

    /// <summary>The greatest number of jobs to return; <c>null</c> for all of them.</summary>
    public int? Limit { get; init; }

    /// <summary>The place after which the page begins; <c>null</c> for the first page.</summary>
    public JobCursor? After { get; init; }

    /// <summary>True if the query returns every job in order of creation.</summary>
    public bool IsEverything => Filter.IsEmpty && Sort == JobSort.OldestFirst && Offset == 0 && Limit is null && After is null;
}
