using NexRender.Listener.Logging;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Requeues jobs whose workers did not report in time.</summary>
internal sealed class LeaseMonitor : IAsyncDisposable
{
    // As many as fit one batch of the storage; the rest follows at once.
    private const int MaxAtOnce = 256;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly JobStore _store;
    private readonly Log _log;
    private readonly ProcessBeat _beat;
    private readonly ITimer _timer;

    public LeaseMonitor(JobStore store, Log log, TimeProvider clock)
    {
        (_store, _log) = (store, log);
        _beat = new ProcessBeat(RenewDeadlines);
        _timer = clock.CreateTimer(_ => _ = ExpireOverdueAsync(), null, Period, Period);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _beat.Dispose();
    }

    // The reports of that time are still waiting to be received.
    private void RenewDeadlines(TimeSpan gap)
    {
        _store.RenewDeadlines();
        _log.Info($"the server did not run for {gap.TotalSeconds:0.#} s; the deadlines of all workers start again");
    }

    private async Task ExpireOverdueAsync()
    {
        // Calls may overlap while the storage is slow: a job that one of them has taken is not overdue for the others.
        try
        {
            _beat.Check();
            while (_store.Overdue(MaxAtOnce) is { Count: > 0 } overdue)
            {
                var results = await Task.WhenAll(overdue.Select(job => _store.ExpireAsync(job).AsTask())).ConfigureAwait(false);
                // If storage is failing, their deadlines were renewed.
                if (Array.Exists(results, result => result.Refusal is not null)) return;
            }
        }
        catch (Exception e)
        {
            _log.Error($"cannot requeue jobs with expired leases: {e}");
        }
    }
}
