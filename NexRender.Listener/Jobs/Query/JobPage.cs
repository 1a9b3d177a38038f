namespace NexRender.Listener.Jobs.Query;

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The jobs of the page, in the order asked for.</param>
/// <param name="Total">The number of jobs that match the filter, on all pages.</param>
/// <param name="Next">The cursor of the next page; <c>null</c> if this is the last one.</param>
internal sealed record JobPage(IReadOnlyList<Job> Jobs, int Total, JobCursor? Next)
{
    /// <summary>The last change that the page shows; <c>null</c> if the disk does not respond.</summary>
    public long? Sequence { get; init; }
}
