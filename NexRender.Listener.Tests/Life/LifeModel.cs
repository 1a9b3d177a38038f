namespace NexRender.Listener.Tests.Life;

/// <summary>All jobs, in order, as the rules say they must be; each event returns what the server must answer.</summary>
internal sealed class LifeModel
{
    private readonly HashSet<string> _removed = [];
    private readonly Dictionary<string, DateTimeOffset> _asked = [];

    public List<ModelJob> Jobs { get; } = [];

    public string[] Lines => [.. Jobs.Select(job => job.Line())];

    public ModelJob? Find(string uid) => Jobs.Find(job => job.Uid == uid);

    public int Post(string uid, DateTimeOffset now)
    {
        if (Find(uid) is { IsDone: false }) return 409;
        Jobs.RemoveAll(job => job.Uid == uid);
        Jobs.Add(new ModelJob(uid) { UpdatedAt = now });
        _removed.Remove(uid);
        return 200;
    }

    public ModelJob? PickUp(string worker, DateTimeOffset now)
    {
        _asked[worker] = now;
        foreach (var job in Jobs.Where(job => job.State == "picked" && job.Executor == worker && job.IsAddressKnown))
            job.Requeue(now, $"{worker} asked for other work");
        var isAlone = _asked.All(asked => asked.Key == worker || asked.Value + TimeSpan.FromMinutes(5) <= now);
        if (Jobs.Find(job => job.IsFor(worker, isAlone, now)) is not { } next) return null;
        (next.State, next.Executor, next.IsAddressKnown) = ("picked", worker, true);
        next.Touch(now);
        return next;
    }

    public int Start(Attempt attempt, DateTimeOffset now)
    {
        if (Find(attempt.Uid) is not { } job) return 409;
        if (job.IsCancelled) return 409;
        if (job.State == "picked" && job.Executor == attempt.Worker.Name)
        {
            (job.State, job.StartedAt) = ("started", attempt.Worker.StartedAt);
            job.Touch(now);
            return 200;
        }

        return IsOf(job, attempt) ? 200 : 409;
    }

    public void Progress(Attempt attempt, int percent, DateTimeOffset now)
    {
        if (Find(attempt.Uid) is not { IsRunning: true } job || !IsOf(job, attempt)) return;
        if (percent >= job.Progress) (job.State, job.Progress) = ("render:dorender", percent);
        job.Touch(now);
    }

    public void Error(Attempt attempt, string text, DateTimeOffset now)
    {
        if (Find(attempt.Uid) is not { } job || !IsOf(job, attempt) || job.IsCancelled || !(job.IsRunning || job.IsDone)) return;
        job.Errors.Add(text);
        job.Touch(now);
    }

    /// <param name="attempt">The attempt that ends.</param>
    /// <param name="text">The error that it ended in; <c>null</c> if it finished.</param>
    /// <param name="percent">The progress that the worker knows of.</param>
    /// <param name="now">When the server receives the report.</param>
    public void End(Attempt attempt, string? text, int percent, DateTimeOffset now)
    {
        if (text is not null && Find(attempt.Uid) is { IsRunning: false }) Error(attempt, text, now);
        if (text is null && Find(attempt.Uid) is { IsDone: false } other && !IsOf(other, attempt))
        {
            var former = other.Attempts.FindLast(known => known.Token is not null && known.Token == attempt.Worker.Token);
            if (former is { State: not "finished" }) other.EndLate(former, percent, now);
            return;
        }

        if (Find(attempt.Uid) is not { IsRunning: true } job || !IsOf(job, attempt)) return;
        job.Progress = Math.Max(job.Progress, percent);
        if (text is not null) job.Errors.Add(text);
        job.End(text is null ? "finished" : "error", now);
    }

    public void PutBack(Attempt attempt, DateTimeOffset now)
    {
        if (Find(attempt.Uid) is { IsRunning: true } job && IsOf(job, attempt)) job.Requeue(now, outcome: "interrupted");
    }

    /// <summary>A person's PUT of the state alone.</summary>
    public void Queue(ModelJob job, DateTimeOffset now)
    {
        if (job.State is not ("queued" or "paused"))
        {
            job.Requeue(now);
            return;
        }

        job.State = "queued";
        job.Touch(now);
    }

    public int Act(ModelJob job, string action, DateTimeOffset now)
    {
        var isAllowed = action switch
        {
            "cancel" => !job.IsDone,
            "retry" => job.IsDone,
            _ => job.State is "queued" or "paused",
        };
        if (!isAllowed) return 409;
        if (action == "retry")
        {
            job.Requeue(now);
            return 200;
        }

        var state = action switch { "cancel" => "error", "pause" => "paused", _ => "queued" };
        if (job.State == state) return 200;
        if (action == "cancel")
        {
            job.IsCancelled = true;
            job.Errors.Insert(0, "cancelled");
        }

        job.State = state;
        job.Touch(now);
        return 200;
    }

    public void Remove(ModelJob job)
    {
        Jobs.Remove(job);
        _removed.Add(job.Uid);
    }

    public bool WasRemoved(string uid) => _removed.Contains(uid);

    /// <summary>Requeues every job whose deadline has passed.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (var job in Jobs) job.ExpireAt(now);
    }

    public void Restart(DateTimeOffset now)
    {
        _asked.Clear();
        foreach (var job in Jobs.Where(job => job.Deadline is not null))
            job.Deadline = now + (job.State == "picked" ? ModelJob.Picked : ModelJob.Lease);
        foreach (var job in Jobs)
        {
            job.IsAddressKnown = false;
            // Without the monotonic clock of the last run, it is the last change that counts.
            job.ExcludedSince = job.State == "queued" ? job.RetryAt ?? job.UpdatedAt : null;
        }
    }

    private static bool IsOf(ModelJob job, Attempt attempt) => job.StartedAt is not null && job.StartedAt == attempt.Worker.Token;
}
