namespace NexRender.Listener.Jobs.Table;

/// <summary>The jobs by state, and the two groups of states that lists know. Guarded by the store's lock.</summary>
internal sealed class StateIndex
{
    private readonly Dictionary<string, OrderedEntries> _byState = new(StringComparer.Ordinal);

    /// <summary>The jobs that workers have begun and not ended, whatever their states.</summary>
    public OrderedEntries Running { get; } = new();

    /// <summary>The jobs that were cancelled; their state is <c>error</c>.</summary>
    public OrderedEntries Cancelled { get; } = new();

    /// <summary>The number of jobs in each state that has any.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts => _byState.Select(state => KeyValuePair.Create(state.Key, state.Value.Count));

    /// <summary>Returns the jobs in a state; <c>null</c> if there are none.</summary>
    public OrderedEntries? Find(string state) => _byState.GetValueOrDefault(state);

    public void Add(JobEntry entry)
    {
        AddState(entry);
        if (entry.Job.IsRunning) Running.Add(entry);
        if (entry.Job.IsCancelled) Cancelled.Add(entry);
    }

    public void Remove(JobEntry entry)
    {
        RemoveState(entry, entry.Job.State);
        if (entry.Job.IsRunning) Running.Remove(entry);
        if (entry.Job.IsCancelled) Cancelled.Remove(entry);
    }

    /// <summary>Follows a change of a job; most changes are progress reports, which keep the state.</summary>
    /// <param name="entry">The place of the job, with the version after.</param>
    /// <param name="before">The version before.</param>
    public void Update(JobEntry entry, Job before)
    {
        var after = entry.Job;
        if (before.State != after.State)
        {
            RemoveState(entry, before.State);
            AddState(entry);
        }
        Update(Running, entry, before.IsRunning, after.IsRunning);
        Update(Cancelled, entry, before.IsCancelled, after.IsCancelled);
    }

    private static void Update(OrderedEntries group, JobEntry entry, bool before, bool after)
    {
        if (before == after) return;
        if (after) group.Add(entry);
        else group.Remove(entry);
    }

    private void AddState(JobEntry entry)
    {
        if (!_byState.TryGetValue(entry.Job.State, out var entries)) _byState.Add(entry.Job.State, entries = new OrderedEntries());
        entries.Add(entry);
    }

    // States are the clients' to choose, so one that no job is in must not be kept.
    private void RemoveState(JobEntry entry, string state)
    {
        var entries = _byState[state];
        entries.Remove(entry);
        if (entries.Count == 0) _byState.Remove(state);
    }
}
