namespace NexRender.Listener.Jobs.Retention;

/// <summary>The jobs that a policy keeps no longer, each for the first reason that applies.</summary>
internal sealed class ExpiredJobs
{
    /// <summary>Those that have finished too long ago.</summary>
    public List<Job> Finished { get; } = [];

    /// <summary>Those that ended in an error too long ago.</summary>
    public List<Job> Errors { get; } = [];

    /// <summary>Those beyond the number of jobs that are kept, the first ended ones.</summary>
    public List<Job> Surplus { get; private set; } = [];

    /// <summary>Selects from all jobs.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The present time.</param>
    /// <param name="isNeeded">Returns true if a waiting job depends on a job, which is kept then.</param>
    public static ExpiredJobs Select(IReadOnlyList<Job> jobs, RetentionPolicy policy, DateTimeOffset now, Func<Job, bool> isNeeded)
    {
        var expired = new ExpiredJobs();
        var others = new List<Job>();
        foreach (var job in jobs)
        {
            if (!JobState.IsTerminal(job.State) || job.IsKept || isNeeded(job)) continue;
            if (!IsTooOld(job, policy, now)) others.Add(job);
            else (job.State == JobState.Finished ? expired.Finished : expired.Errors).Add(job);
        }
        if (policy.KeepJobs == 0 || others.Count <= policy.KeepJobs) return expired;
        // Stable, so that of jobs that ended in the same millisecond the first created ones are removed.
        expired.Surplus = [.. others.OrderBy(EndedAt).Take(others.Count - policy.KeepJobs)];
        return expired;
    }

    private static bool IsTooOld(Job job, RetentionPolicy policy, DateTimeOffset now)
    {
        var keepTime = policy.KeepTime(job.State);
        // Of a job without any time nobody knows how old it is.
        return keepTime > default(TimeSpan) && EndedAt(job) is > 0 and var endedAt
            && now.ToUnixTimeMilliseconds() - endedAt >= keepTime.TotalMilliseconds;
    }

    // The last change of an ended job is its end, or an edit after it. Unlike finishedAt it is a time of this server's clock.
    private static long EndedAt(Job job) => job.UpdatedAt > 0 ? job.UpdatedAt : job.CreatedAt;
}
