using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>A set of queued jobs that finds the next one to hand out without a search. Guarded by the store's lock.</summary>
internal interface IJobSet
{
    int Count { get; }

    /// <summary>The jobs; those of a fixed order in it.</summary>
    IEnumerable<JobEntry> Entries { get; }

    void Add(JobEntry entry);

    void Remove(JobEntry entry);

    /// <summary>Returns the next job to hand out; the set must not be empty.</summary>
    JobEntry Next();
}
