using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm;

/// <summary>
/// Keeps what the farm does: its workers, its queue and its numbers, from the feed of changes and from pickups. What the jobs of the start
/// tell is counted in the background, and changes are applied after that, so that none is counted twice.
/// </summary>
internal sealed class FarmMonitor : IChangeListener, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    // Guards everything below, once the jobs of the start are counted; the workers always.
    private readonly Lock _lock = new();
    private readonly WorkerRegistry _workers;
    private readonly StateCounts _states = new();
    private readonly QueueWaits _waits = new();
    private readonly Activity _activity;
    private List<JobChange>? _early = [];
    private long _lastLoaded;

    /// <param name="pauses">The pauses, as they were at the last stop.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="announce">Receives the name of an event and the worker that it is about; must not block.</param>
    public FarmMonitor(Pauses pauses, TimeProvider clock, Action<string, Worker> announce)
    {
        (_clock, _workers, _activity) = (clock, new WorkerRegistry(clock, announce), new Activity(clock));
        foreach (var (name, at) in pauses.Workers) _workers.SetPaused(name, true, at);
        _timer = clock.CreateTimer(_ => CheckSilence(), null, Period, Period);
    }

    /// <summary>Completes once the jobs of the start are counted.</summary>
    public Task Loaded { get; private set; } = Task.CompletedTask;

    /// <summary>Counts the jobs of the start on a thread of its own. Every later change must come by the feed.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="lastSequence">The number of the last change that they include; the feed may still publish it.</param>
    public void Load(Job[] jobs, long lastSequence)
    {
        _lastLoaded = lastSequence;
        Loaded = Task.Factory.StartNew(() => Count(jobs), TaskCreationOptions.LongRunning);
    }

    public void OnChanges(IReadOnlyList<JobChange> changes)
    {
        lock (_lock)
        {
            if (_early is not null) _early.AddRange(changes);
            else foreach (var change in changes) Apply_NeedsLock(change);
        }
    }

    /// <summary>Records a request of a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="tags">The tags that it asked for; <c>null</c> for any job.</param>
    /// <param name="version">The version of its program; <c>null</c> if not known.</param>
    /// <param name="isPickup">True if it asked for a job.</param>
    public void Seen(in WorkerIdentity worker, string? tags, string? version, bool isPickup)
    {
        lock (_lock) _workers.Seen(worker, tags, version, isPickup);
    }

    /// <summary>Reads what is kept; the reader must not keep it.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<FarmView, T> read)
    {
        await Loaded.ConfigureAwait(false);
        lock (_lock) return read(new FarmView(_workers, _states, _waits, _activity, _clock.GetUtcNow()));
    }

    /// <summary>Shows a pause of a worker, or its end.</summary>
    public void SetPaused(string name, bool isPaused)
    {
        lock (_lock) _workers.SetPaused(name, isPaused, _clock.GetUtcNow());
    }

    /// <summary>Forgets a worker.</summary>
    /// <returns>False if it was not known.</returns>
    public bool Remove(string name)
    {
        lock (_lock) return _workers.Remove(name);
    }

    public void Dispose() => _timer.Dispose();

    private void CheckSilence()
    {
        lock (_lock) _workers.CheckSilence();
    }

    private void Count(Job[] jobs)
    {
        foreach (var job in jobs)
        {
            var members = job.Members();
            // Nobody else uses these before all jobs are counted.
            _activity.Load(job, members);
            _states.Replace(null, job);
            _waits.Replace(null, job);
            // Every pickup waits for this lock, so it is held for a small part of the time only.
            lock (_lock) _workers.Load(job, members);
            members.Recycle();
        }
        lock (_lock)
        {
            foreach (var change in _early!) Apply_NeedsLock(change);
            _early = null;
        }
    }

    private void Apply_NeedsLock(JobChange change)
    {
        if (change.Sequence <= _lastLoaded) return;
        _workers.Apply(change);
        _states.Replace(change.Before, change.After);
        _waits.Replace(change.Before, change.After);
        _activity.Apply(change, change.Before?.WaitAt(change.Time));
    }
}
