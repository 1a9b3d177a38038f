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
    private readonly ITimer _timer;

    public LeaseMonitor(JobStore store, Log log, TimeProvider clock)
    {
        (_store, _log) = (store, log);
        _timer = clock.CreateTimer(_ => _ = ExpireOverdueAsync(), null, Period, Period);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private async Task ExpireOverdueAsync()
    {
        // Calls may overlap while the storage is slow: a job that one of them has taken is not overdue for the others.
        try
        {
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
