using NexRender.Listener.Jobs;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>The number of jobs in each state. Not thread-safe.</summary>
internal sealed class StateCounts
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>The states that jobs are in, with their numbers.</summary>
    public IReadOnlyDictionary<string, int> ByState => _counts;

    public int Total { get; private set; }

    /// <summary>The number of jobs that workers render.</summary>
    public int Rendering { get; private set; }

    /// <summary>The number of jobs that people ended.</summary>
    public int Cancelled { get; private set; }

    public int Of(string state) => _counts.GetValueOrDefault(state);

    /// <summary>Follows the replacement of a version.</summary>
    public void Replace(Job? before, Job? after)
    {
        if (before is not null && after is not null && before.State == after.State && before.IsRunning == after.IsRunning
            && before.IsCancelled == after.IsCancelled) return;
        if (before is not null) Count(before, -1);
        if (after is not null) Count(after, 1);
    }

    private void Count(Job job, int by)
    {
        Total += by;
        if (job.IsRunning) Rendering += by;
        if (job.IsCancelled) Cancelled += by;
        var count = _counts.GetValueOrDefault(job.State) + by;
        if (count == 0) _counts.Remove(job.State);
        else _counts[job.State] = count;
    }
}
