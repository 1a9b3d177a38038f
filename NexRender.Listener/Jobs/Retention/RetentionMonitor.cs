using NexRender.Listener.Logging;

namespace NexRender.Listener.Jobs.Retention;

/// <summary>Removes jobs that ended long ago, in the background and in small commits.</summary>
internal sealed class RetentionMonitor : IAsyncDisposable
{
    // Few enough that other requests do not notice the hold of the store's lock.
    private const int RemovedAtOnce = 64;

    private readonly JobStore _store;
    private readonly RetentionPolicy _policy;
    private readonly RetentionCounts _counts;
    private readonly Log _log;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private volatile bool _isStopping;
    private int _isSweeping;

    /// <param name="store">The jobs.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="counts">Counts those that are removed.</param>
    /// <param name="log">The log.</param>
    /// <param name="clock">The clock.</param>
    public RetentionMonitor(JobStore store, RetentionPolicy policy, RetentionCounts counts, Log log, TimeProvider clock)
    {
        (_store, _policy, _counts, _log, _clock) = (store, policy, counts, log, clock);
        if (!policy.KeepsAll) _timer = clock.CreateTimer(_ => Begin(), null, policy.Period, policy.Period);
    }

    /// <summary>Stops after the commit that is being made.</summary>
    public async ValueTask DisposeAsync()
    {
        // The sweep is not awaited: a disk that does not respond would hold up the stop.
        _isStopping = true;
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Begin()
    {
        // A sweep of many jobs may take longer than the period.
        if (_isStopping || Interlocked.Exchange(ref _isSweeping, 1) != 0) return;
        _ = Task.Run(SweepAsync);
    }

    private async Task SweepAsync()
    {
        try
        {
            var expired = _store.Many.FindExpired(_policy, _clock.GetUtcNow());
            var finished = await RemoveAsync(expired.Finished, _counts.AddFinished).ConfigureAwait(false);
            var errors = await RemoveAsync(expired.Errors, _counts.AddErrors).ConfigureAwait(false);
            var surplus = await RemoveAsync(expired.Surplus, _counts.AddSurplus).ConfigureAwait(false);
            if (finished + errors + surplus > 0) _log.Info(Describe(finished, errors, surplus));
        }
        catch (Exception e)
        {
            _log.Error($"cannot remove old jobs: {Log.Describe(e)}");
        }
        finally
        {
            Volatile.Write(ref _isSweeping, 0);
        }
    }

    /// <summary>Removes jobs until the server stops or the storage refuses; the next sweep tries the rest again.</summary>
    private async Task<int> RemoveAsync(List<Job> jobs, Action<int> add)
    {
        var removed = 0;
        foreach (var chunk in jobs.Chunk(RemovedAtOnce))
        {
            if (_isStopping || await _store.Many.RemoveExpiredAsync(chunk).ConfigureAwait(false) is not { } count) break;
            removed += count;
            // After each commit, because a sweep of many jobs takes long.
            add(count);
        }
        return removed;
    }

    private string Describe(int finished, int errors, int surplus)
    {
        var parts = new List<string>();
        if (finished > 0) parts.Add($"{finished} finished more than {Days(_policy.KeepFinished)} ago");
        if (errors > 0) parts.Add($"{errors} failed more than {Days(_policy.KeepErrors)} ago");
        if (surplus > 0) parts.Add($"{surplus} beyond the last {_policy.KeepJobs} that ended");
        var total = finished + errors + surplus;
        return $"removed {total} old {(total == 1 ? "job" : "jobs")}: {string.Join(", ", parts)}";
    }

    private static string Days(TimeSpan time) => time.TotalDays == 1 ? "1 day"
        : time.TotalDays >= 1 ? FormattableString.Invariant($"{time.TotalDays:0.#} days")
        : FormattableString.Invariant($"{time.TotalHours:0.##} hours");
}
