namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The times at which delayed jobs become ready, by the wall clock: at each of them status objects change although no job does. Guarded
/// by the store's lock.
/// </summary>
internal sealed class ReadyTimes
{
    private readonly SortedSet<(long Ticks, long Order)> _times = [];

    public void Add(JobEntry entry)
    {
        if (entry.Job.ReadyAt is var time && time != default) _times.Add((time.UtcTicks, entry.Order));
    }

    /// <summary>Removes an entry that was added with this version of its job.</summary>
    public void Remove(JobEntry entry, Job job)
    {
        if (job.ReadyAt is var time && time != default) _times.Remove((time.UtcTicks, entry.Order));
    }

    /// <summary>Returns the first time after another one, in ticks; 0 if there is none.</summary>
    public long FirstAfter(DateTimeOffset time) =>
        _times.Count == 0 ? 0 : _times.GetViewBetween((time.UtcTicks + 1, 0), (long.MaxValue, long.MaxValue)).Min.Ticks;
}
