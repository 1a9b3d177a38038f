using NexRender.Listener.Http;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Takes jobs from workers that went silent, as soon as their time is over.</summary>
internal sealed class LeaseMonitor : IAsyncDisposable
{
    // As many as go to the disk in one write; the rest follows at once.
    private const int AtOnce = 256;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly JobStore _store;
    private readonly JobLifecycle _life;
    private readonly Log _log;
    private readonly ITimer _timer;
    private int _isBusy;

    public LeaseMonitor(JobStore store, JobLifecycle life, Log log, TimeProvider clock)
    {
        (_store, _life, _log) = (store, life, log);
        _timer = clock.CreateTimer(_ => _ = Look(), null, Period, Period);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private async Task Look()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0) return;
        try
        {
            while (_store.Overdue(AtOnce) is { Count: > 0 } overdue)
            {
                var results = await Task.WhenAll(overdue.Select(job => Expire(job))).ConfigureAwait(false);
                // With the disk in trouble they have got their time afresh.
                if (Array.Exists(results, result => result.Refusal is { Kind: not RefusalKind.NotFound })) return;
            }
        }
        catch (Exception e)
        {
            _log.Error($"cannot take jobs from silent workers: {e}");
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private async Task<JobResult> Expire(Job job)
    {
        // Only where nothing was heard meanwhile.
        var result = await _store.UpdateAsync(job.Uid, now => ReferenceEquals(now, job) ? _life.Expire(now) : JobResult.Unchanged(now)).ConfigureAwait(false);
        if (result.What is { } what) _log.Change($"{what} after {job.State}:", job.Uid, null);
        return result;
    }
}
