namespace NexRender.Listener.Tests.Many;

/// <summary>The rules of dependencies as plainly as possible: each change looks at every job, until nothing more follows.</summary>
internal sealed class DependencyModel
{
    private readonly List<ModelJob> _jobs = [];

    public IEnumerable<string> Uids => _jobs.Select(job => job.Uid);

    public string States => string.Join(' ', _jobs.Select(job => $"{job.Uid}={job.State}{job.FailedBy}"));

    public string StateOf(string uid) => Find(uid)?.State ?? "gone";

    public void Create(string uid, string[] dependsOn)
    {
        _jobs.RemoveAll(job => job.Uid == uid);
        _jobs.Add(new ModelJob(uid, dependsOn) { State = dependsOn.Length == 0 ? "queued" : "waiting" });
        Follow(uid, isRemoval: false);
    }

    public void Set(string uid, string state)
    {
        var job = Find(uid)!;
        (job.State, job.FailedBy) = (state, null);
        Follow(uid, isRemoval: false);
    }

    public void Cancel(string uid) => Set(uid, "error");

    /// <summary>Returns false if the retry is refused.</summary>
    public bool Retry(string uid)
    {
        var job = Find(uid)!;
        if (job.State is not ("finished" or "error") || job.DependsOn.Any(HasFailed)) return false;
        Set(uid, job.DependsOn.Length == 0 ? "queued" : "waiting");
        return true;
    }

    public void Remove(string uid)
    {
        var wasFinished = Find(uid)!.State == "finished";
        _jobs.RemoveAll(job => job.Uid == uid);
        if (!wasFinished) Follow(uid, isRemoval: true);
    }

    private ModelJob? Find(string uid) => _jobs.Find(job => job.Uid == uid);

    private bool HasFailed(string uid) => Find(uid) is { State: "error" };

    // A job that depends on the changed one ends with it, or wakes with it; then the same for those that depend on such a job.
    private void Follow(string first, bool isRemoval)
    {
        if (Find(first) is { State: "waiting" } self) Settle(self);
        var changed = new Queue<string>([first]);
        while (changed.TryDequeue(out var uid))
        {
            var hasFailed = HasFailed(uid) || (isRemoval && uid == first);
            foreach (var job in _jobs.Where(job => job.DependsOn.Contains(uid)))
            {
                var before = (job.State, job.FailedBy);
                if (job.State == "waiting" && hasFailed) (job.State, job.FailedBy) = ("error", uid);
                else if (job.State == "waiting") Settle(job);
                else if (job.State == "error" && job.FailedBy == uid && !hasFailed) (job.State, job.FailedBy) = ("waiting", null);
                if (job.State == "waiting" && before.State == "error") Settle(job);
                if (before != (job.State, job.FailedBy)) changed.Enqueue(job.Uid);
            }
        }
    }

    private void Settle(ModelJob job)
    {
        if (job.DependsOn.FirstOrDefault(HasFailed) is { } failed) (job.State, job.FailedBy) = ("error", failed);
        else if (job.DependsOn.All(other => Find(other) is null or { State: "finished" })) job.State = "queued";
    }

    private sealed class ModelJob(string uid, string[] dependsOn)
    {
        public string Uid => uid;

        public string[] DependsOn => dependsOn;

        public string State { get; set; } = "";

        public string? FailedBy { get; set; }
    }
}
