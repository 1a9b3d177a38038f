namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>The attempt that a report belongs to, by its token.</summary>
internal enum TokenOwner
{
    /// <summary>The job's present attempt, or its last one if the job has ended.</summary>
    Present,

    /// <summary>A remembered attempt that is over, and was not reported as finished.</summary>
    Former,

    /// <summary>None that is known.</summary>
    Unknown,
}
