using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Query;

/// <summary>The jobs that a query has to look at, copied under the store's lock, in their order of creation.</summary>
internal sealed class Candidates
{
    // Up to here it is cheaper to collect the jobs of some states than to copy all.
    private const int MaxCollected = 4096;

    // A copy of all jobs needs this much more room if jobs are added before the lock is taken.
    private const int Slack = 1024;

    private readonly Func<int, long> _orderAt;

    private Candidates(Job[] jobs, int count, Func<int, long> orderAt) => (Jobs, Count, _orderAt) = (jobs, count, orderAt);

    /// <summary>The jobs; only the first <see cref="Count"/> are there.</summary>
    public Job[] Jobs { get; }

    public int Count { get; }

    public static Candidates From(SortedDictionary<long, Job> jobs)
    {
        long[] orders = [.. jobs.Keys];
        return new Candidates([.. jobs.Values], orders.Length, at => orders[at]);
    }

    /// <summary>Copies the jobs of some states, if they are few.</summary>
    /// <param name="sources">The jobs of each state.</param>
    /// <returns>The jobs; <c>null</c> if they are many.</returns>
    public static Candidates? Collect_NeedsLock(IReadOnlyList<OrderedEntries> sources)
    {
        if (sources.Sum(source => (long)source.Count) > MaxCollected) return null;
        var entries = Merge.Ascending(sources, 0).ToArray();
        return new Candidates(Array.ConvertAll(entries, entry => entry.Job), entries.Length, at => entries[at].Order);
    }

    /// <summary>Copies all jobs. The lock is held for two copies of memory, and not while the memory is allocated.</summary>
    /// <param name="storeLock">The store's lock.</param>
    /// <param name="list">The list of all jobs.</param>
    /// <param name="underLock">Is called with the lock held, at the moment of the copy.</param>
    public static Candidates CopyAll(Lock storeLock, JobList list, Action underLock)
    {
        while (true)
        {
            var entries = new JobEntry?[list.Used + Slack];
            var jobs = new Job?[entries.Length];
            lock (storeLock)
            {
                if (!list.TryCopyTo(entries, jobs)) continue;
                underLock();
            }
            var count = 0;
            for (var i = 0; i < jobs.Length; i++)
            {
                if (jobs[i] is null) continue;
                (entries[count], jobs[count]) = (entries[i], jobs[i]);
                count++;
            }
            return new Candidates(jobs!, count, at => entries[at]!.Order);
        }
    }

    /// <summary>Returns the place of a job in the order of creation.</summary>
    public long OrderAt(int index) => _orderAt(index);

    /// <summary>Returns the index of the first job that was created after a place in the order.</summary>
    public int IndexAfter(long order)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (OrderAt(middle) <= order) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
