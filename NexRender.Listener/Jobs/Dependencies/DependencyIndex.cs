using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Dependencies;

/// <summary>
/// The jobs that wait for others, or ended because of one, by the uids that they depend on. Each counts the dependencies that have not
/// finished, so that a job that finishes costs the same for each of its dependents, however many dependencies those have. Guarded by the
/// store's lock.
/// </summary>
internal sealed class DependencyIndex(JobTable table)
{
    private readonly Dictionary<string, HashSet<JobEntry>> _dependents = new(StringComparer.Ordinal);

    /// <summary>True if no job waits for another.</summary>
    public bool IsEmpty => _dependents.Count == 0;

    /// <summary>The uids that jobs depend on which wait, or ended because of one of them.</summary>
    public IEnumerable<string> Uids => _dependents.Keys;

    /// <summary>Returns true if jobs wait for a job, or ended because of it.</summary>
    public bool HasDependents(string uid) => _dependents.Count > 0 && _dependents.ContainsKey(uid);

    /// <summary>Copies the jobs that wait for a job, or ended because of one of those that they wait for.</summary>
    public JobEntry[] Dependents(string uid) => _dependents.TryGetValue(uid, out var entries) ? [.. entries] : [];

    /// <summary>Follows a change of an entry that is in the table.</summary>
    /// <param name="entry">The entry, with the version after.</param>
    /// <param name="before">The version before; <c>null</c> if there was none.</param>
    public void Update(JobEntry entry, Job? before)
    {
        Count(entry.Job.Uid, IsUnfinished(entry.Job) - IsUnfinished(before));
        var dependsOn = IsTracked(entry.Job) ? entry.Job.Links!.DependsOn : null;
        if (ReferenceEquals(entry.Wait?.DependsOn, dependsOn)) return;
        Untrack(entry);
        if (dependsOn is not null) Track(entry, dependsOn);
    }

    /// <summary>Follows the removal of an entry, which keeps its last version.</summary>
    public void Remove(JobEntry entry)
    {
        Untrack(entry);
        Count(entry.Job.Uid, -IsUnfinished(entry.Job));
    }

    /// <summary>Copies all jobs that wait.</summary>
    public JobEntry[] Waiting() =>
        [.. _dependents.Values.SelectMany(entries => entries).Where(entry => entry.Job.State == JobState.Waiting).Distinct()];

    private static bool IsTracked(Job job) => job.Links is { DependsOn.Length: > 0 } links
        && (job.State == JobState.Waiting || (job.State == JobState.Error && links.FailedDependency is not null));

    private static int IsUnfinished(Job? job) => job is not null && job.State != JobState.Finished ? 1 : 0;

    private void Count(string uid, int difference)
    {
        if (difference == 0 || _dependents.Count == 0 || !_dependents.TryGetValue(uid, out var entries)) return;
        foreach (var entry in entries) entry.Wait!.Unfinished += difference;
    }

    // A dependency that is not there has finished and was removed: unfinished ones are not removed without ending those that wait.
    private void Track(JobEntry entry, string[] dependsOn)
    {
        entry.Wait = new Wait(dependsOn) { Unfinished = dependsOn.Sum(uid => IsUnfinished(table.Find(uid)?.Job)) };
        foreach (var uid in dependsOn)
        {
            if (!_dependents.TryGetValue(uid, out var entries)) _dependents.Add(uid, entries = []);
            entries.Add(entry);
        }
    }

    private void Untrack(JobEntry entry)
    {
        if (entry.Wait is not { } wait) return;
        foreach (var uid in wait.DependsOn)
        {
            var entries = _dependents[uid];
            entries.Remove(entry);
            if (entries.Count == 0) _dependents.Remove(uid);
        }
        entry.Wait = null;
    }
}
