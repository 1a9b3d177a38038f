namespace NexRender.Listener.Jobs.Query;

/// <summary>A set of states and of the two groups of states, <c>rendering</c> and <c>cancelled</c>.</summary>
internal sealed class StateSet(IReadOnlyCollection<string> names)
{
    /// <summary>The name of the group of jobs that a worker is rendering.</summary>
    public const string Rendering = "rendering";

    /// <summary>The name of the group of jobs in the state <c>error</c> that were cancelled.</summary>
    public const string Cancelled = "cancelled";

    public static readonly StateSet Empty = new([]);

    /// <summary>The states of the server and of the worker, and the groups.</summary>
    public static readonly string[] Known =
    [
        JobState.Queued, JobState.Waiting, JobState.Paused, JobState.Picked, JobState.Started, "render:setup", "render:predownload",
        "render:download", "render:postdownload", "render:prerender", "render:script", "render:dorender", "render:postrender",
        "render:cleanup", "render:upload", JobState.Finished, JobState.Error, Rendering, Cancelled,
    ];

    public IReadOnlyCollection<string> Names => names;

    /// <summary>The names that are not those of groups.</summary>
    public IReadOnlyList<string> Plain { get; } = [.. names.Where(name => name is not (Rendering or Cancelled))];

    public bool HasRendering { get; } = names.Contains(Rendering);

    public bool HasCancelled { get; } = names.Contains(Cancelled);

    public bool IsEmpty => names.Count == 0;

    /// <summary>True if the set names states only.</summary>
    public bool HasNoGroups => !HasRendering && !HasCancelled;

    /// <summary>Returns true if the job's state, or a group that the job is in, is in the set.</summary>
    public bool Contains(Job job) => (HasRendering && job.IsRunning) || (HasCancelled && job.IsCancelled) || names.Contains(job.State);
}
