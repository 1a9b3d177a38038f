using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Query;

/// <summary>Finds the lists of the index that contain all jobs of a filter's states. The caller holds the store's lock.</summary>
internal static class StateSources
{
    // A farm has about twenty states. Clients may invent more; then the index is of no use.
    private const int MaxSources = 64;

    /// <summary>Returns the lists; <c>null</c> if the filter does not name states, or in a way that the index cannot answer.</summary>
    /// <param name="index">The index.</param>
    /// <param name="filter">The filter; its other conditions are left to the caller.</param>
    /// <param name="total">The number of jobs; <c>null</c> if some may be in two of the lists.</param>
    public static List<OrderedEntries>? Find(StateIndex index, JobFilter filter, out int? total)
    {
        total = null;
        if (!filter.ExcludedStates.HasNoGroups || (filter.States.IsEmpty && filter.ExcludedStates.IsEmpty)) return null;
        var names = filter.States.IsEmpty ? index.Counts.Select(state => state.Key) : filter.States.Plain;
        var sources = names.Where(state => !filter.ExcludedStates.Names.Contains(state)).Select(index.Find).OfType<OrderedEntries>()
            .Take(MaxSources + 1).ToList();
        if (sources.Count > MaxSources) return null;
        var (hasRendering, hasCancelled) = (filter.States.HasRendering, filter.States.HasCancelled);
        if ((hasRendering || hasCancelled) && !filter.ExcludedStates.IsEmpty) return null;
        // Every cancelled job is in the state error, so only the running ones can be in a second list: that of a worker's state.
        var canOverlap = hasRendering && filter.States.Plain.Any(state => JobState.MayBeRunning(state));
        if (hasRendering) sources.Add(index.Running);
        if (hasCancelled && !filter.States.Names.Contains(JobState.Error)) sources.Add(index.Cancelled);
        if (!canOverlap) total = sources.Sum(source => source.Count);
        return sources;
    }
}
