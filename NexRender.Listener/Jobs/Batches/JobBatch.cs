using System.Runtime.InteropServices;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Batches;

/// <summary>The jobs of a batch, counted by state. Guarded by the store's lock.</summary>
internal sealed class JobBatch(string id)
{
    private const int Complete = 100;

    private readonly OrderedEntries _entries = new();
    private readonly OrderedEntries _failed = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _progress;
    private int _cancelled;
    private int _running;
    private Job? _latest;

    public int Count => _entries.Count;

    /// <summary>The place of the first job in the order of creation.</summary>
    public long Order => _entries.First!.Order;

    /// <summary>Copies the entries of the batch in their order.</summary>
    public JobEntry[] Entries() => [.. _entries.Items];

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isLatest">True if its version was made just now; false if that is not known.</param>
    public void Add(JobEntry entry, bool isLatest)
    {
        _entries.Add(entry);
        Update(entry, 1);
        if (entry.Job.State == JobState.Error) _failed.Add(entry);
        _latest = isLatest ? entry.Job : null;
    }

    public void Remove(JobEntry entry)
    {
        _entries.Remove(entry);
        Update(entry, -1);
        if (entry.Job.State == JobState.Error) _failed.Remove(entry);
    }

    /// <summary>Copies the state and progress of the batch.</summary>
    public BatchSummary ToSummary() => new(
        id,
        new SortedDictionary<string, int>(_counts, StringComparer.Ordinal),
        Count,
        _cancelled,
        _running,
        (int)(_progress / Count),
        _entries.First!.Job,
        _latest ??= FindLatest(),
        _failed.First?.Job);

    private Job FindLatest() => _entries.Items.Select(entry => entry.Job).MaxBy(job => job.UpdatedAt)!;

    private void Update(JobEntry entry, int difference)
    {
        var job = entry.Job;
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, job.State, out _);
        count += difference;
        if (count == 0) _counts.Remove(job.State);
        _progress += difference * (job.State == JobState.Finished ? Complete : job.Progress);
        if (job.IsCancelled) _cancelled += difference;
        if (job.IsHeld) _running += difference;
    }
}
