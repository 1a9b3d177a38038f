namespace NexRender.Listener.Jobs.Table;

/// <summary>A job whose worker did not report in time.</summary>
/// <param name="Entry">The place of the job.</param>
/// <param name="Job">The version that is overdue: a newer one has had a report.</param>
internal readonly record struct OverdueJob(JobEntry Entry, Job Job);
