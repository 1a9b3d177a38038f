using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Workers;

/// <summary>The workers that were seen, at most 10,000. Guarded by the lock of <see cref="FarmMonitor"/>.</summary>
/// <param name="clock">The clock.</param>
/// <param name="announce">Receives the name of an event and the worker that it is about.</param>
internal sealed class WorkerRegistry(TimeProvider clock, Action<string, Worker> announce)
{
    private const int Limit = 10_000;

    // Longer texts are not those of a worker; without the limit 10,000 of them could fill the memory.
    private const int LongestName = 512;
    private const int LongestText = 256;

    // How many of the least recently seen workers are looked at, to find one that may be forgotten.
    private const int Candidates = 64;

    /// <summary>The time without a request after which a worker without a job is silent: three polls of an unmodified worker.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, Worker> _workers = new(StringComparer.Ordinal);
    private readonly LinkedList<Worker> _bySeen = new();
    private readonly int[] _states = new int[4];

    public int Count => _workers.Count;

    /// <summary>Returns the number of workers in a state.</summary>
    public int CountOf(WorkerState state) => _states[(int)state];

    /// <summary>Returns a worker; <c>null</c> if it is not known.</summary>
    public Worker? Find(string name) => _workers.GetValueOrDefault(name);

    /// <summary>Copies all workers, in the order of their names.</summary>
    public IEnumerable<Worker> All() => _workers.Values.OrderBy(worker => worker.Name, StringComparer.Ordinal);

    /// <summary>Records a request of a worker.</summary>
    /// <param name="identity">The worker.</param>
    /// <param name="tags">The tags that it asked for; <c>null</c> for any job.</param>
    /// <param name="version">The version of its program; <c>null</c> if not known.</param>
    /// <param name="isPickup">True if it asked for a job.</param>
    public void Seen(in WorkerIdentity identity, string? tags, string? version, bool isPickup)
    {
        if (Touch(identity.Executor, clock.GetUtcNow()) is not { } worker) return;
        worker.Address = identity.Address;
        if (version is not null) worker.Version = Shorten(version);
        if (isPickup) worker.Tags = Shorten(tags);
        Update(worker);
    }

    /// <summary>Follows a change of a job.</summary>
    public void Apply(JobChange change)
    {
        var holder = change.Before is { IsHeld: true } before ? before.Executor : null;
        var next = change.After is { IsHeld: true } after ? after.Executor : null;
        if (holder is not null && Find(holder) is { } worker)
        {
            if (next != holder) worker.Release(change.Uid);
            CountEnd(worker, change);
            if (change.By == holder) Touch(holder, change.Time);
            if (next != holder) Update(worker);
        }
        if (next is not null && (Find(next) ?? Touch(next, change.Time)) is { } taker)
        {
            taker.Hold(change.After!);
            Update(taker);
        }
    }

    /// <summary>Counts what a job of the start tells about its workers.</summary>
    public void Load(Job job, JsonObject members)
    {
        foreach (var attempt in Attempts.All(members))
            LoadAttempt(attempt, JsonText.GetString(attempt[Fields.State]), Attempts.EndedAt);
        if (job.State is JobState.Finished || (job.State is JobState.Error && !job.IsCancelled))
            LoadAttempt(members, job.State, job.State is JobState.Finished ? Fields.FinishedAt : Fields.ErrorAt);
        if (job is { IsHeld: true, Executor: { } holder } && Load(holder, Timestamp.Parse(members[Fields.UpdatedAt])) is { } worker)
        {
            worker.Hold(job);
            Update(worker);
        }
    }

    /// <summary>Adds or takes the pause of a worker; one that is not known yet is added.</summary>
    public void SetPaused(string name, bool isPaused, DateTimeOffset at)
    {
        if (Load(name, at) is not { } worker) return;
        worker.IsPaused = isPaused;
        Update(worker);
    }

    /// <summary>Forgets a worker.</summary>
    /// <returns>False if it was not known.</returns>
    public bool Remove(string name)
    {
        if (!_workers.Remove(name, out var worker)) return false;
        _bySeen.Remove(worker.Node);
        _states[(int)worker.Announced]--;
        return true;
    }

    /// <summary>Marks the workers that have sent nothing for a while as silent.</summary>
    public void CheckSilence()
    {
        var limit = clock.GetUtcNow() - SilentAfter;
        // In the order of their last requests: the first one that is recent ends the search.
        for (var node = _bySeen.First; node is not null && node.Value.LastSeen <= limit; node = node.Next)
        {
            if (node.Value.IsSilent) continue;
            node.Value.IsSilent = true;
            Update(node.Value);
        }
    }

    private static string? Shorten(string? text) => text?.Length > LongestText ? text[..LongestText] : text;

    private static void CountEnd(Worker worker, JobChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Finished:
                worker.Finished++;
                if (RenderTime.Of(change.After!) is { } time) AddTime(worker, time);
                break;
            case ChangeKind.Failed or ChangeKind.RetryScheduled:
                worker.Failed++;
                break;
            case ChangeKind.Expired or ChangeKind.ExpiredForGood:
                worker.Expired++;
                break;
        }
    }

    private static void AddTime(Worker worker, TimeSpan time)
    {
        if (time < TimeSpan.Zero) return;
        worker.Timed++;
        worker.TimedSeconds += time.TotalSeconds;
    }

    private void LoadAttempt(JsonObject members, string? outcome, byte[] end)
    {
        if (JsonText.GetString(members[Fields.Executor]) is not { Length: > 0 } executor) return;
        if (outcome is Attempts.Cancelled or Attempts.Interrupted) return;
        if (Load(executor, Timestamp.Parse(members[end])) is not { } worker) return;
        if (outcome == JobState.Finished)
        {
            worker.Finished++;
            if (RenderTime.Of(members, end) is { } time) AddTime(worker, time);
        }
        else if (outcome == JobState.Error) worker.Failed++;
        else worker.Expired++;
    }

    // A time of the past moves no other worker and makes none of them more recent than it is.
    private Worker? Load(string name, DateTimeOffset? seen)
    {
        var now = clock.GetUtcNow();
        var at = seen is { } time && time < now ? time : now;
        if (Find(name) is { } known)
        {
            if (at < known.FirstSeen) known.FirstSeen = at;
            if (at > known.LastSeen) known.LastSeen = at;
            return known;
        }
        return Add(name, at, isRecent: false);
    }

    private Worker? Touch(string name, DateTimeOffset at)
    {
        if (Find(name) is not { } worker) return Add(name, at, isRecent: true);
        worker.LastSeen = at;
        _bySeen.Remove(worker.Node);
        _bySeen.AddLast(worker.Node);
        if (!worker.IsSilent) return worker;
        worker.IsSilent = false;
        announce("worker.online", worker);
        SetAnnounced(worker, worker.State);
        return worker;
    }

    private Worker? Add(string name, DateTimeOffset at, bool isRecent)
    {
        if (name.Length > LongestName || (_workers.Count >= Limit && !ForgetOne())) return null;
        var worker = new Worker(name, at) { IsSilent = !isRecent };
        worker.Announced = worker.State;
        _states[(int)worker.Announced]++;
        _workers.Add(name, worker);
        if (isRecent) _bySeen.AddLast(worker.Node);
        else _bySeen.AddFirst(worker.Node);
        if (isRecent) announce("worker.online", worker);
        return worker;
    }

    private bool ForgetOne()
    {
        var node = _bySeen.First;
        for (var i = 0; i < Candidates && node is not null; i++, node = node.Next)
        {
            if (node.Value.JobCount == 0 && !node.Value.IsPaused) return Remove(node.Value.Name);
        }
        return false;
    }

    private void Update(Worker worker)
    {
        if (worker.State == worker.Announced) return;
        SetAnnounced(worker, worker.State);
        announce($"worker.{WorkerJson.StateName(worker.State)}", worker);
    }

    private void SetAnnounced(Worker worker, WorkerState state)
    {
        _states[(int)worker.Announced]--;
        worker.Announced = state;
        _states[(int)state]++;
    }
}
