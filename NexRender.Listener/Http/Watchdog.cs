namespace NexRender.Listener.Http;

/// <summary>
/// Aborts exchanges that exceed their deadline. HttpListener ignores cancellation of reads and writes, so that the only way to end one is
/// to abort its connection from another thread.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Exchange> _exchanges = new();
    private readonly Timer _timer;
    private bool _isDisposed;

    public Watchdog(TimeSpan timeout)
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 4, 20, 1000));
        _timer = new Timer(_ => AbortOverdue(), null, period, period);
    }

    /// <summary>Adds an exchange.</summary>
    public void Watch(Exchange exchange)
    {
        lock (_lock) _exchanges.AddLast(exchange.WatchdogNode);
    }

    /// <summary>Removes an exchange.</summary>
    public void Forget(Exchange exchange)
    {
        lock (_lock) _exchanges.Remove(exchange.WatchdogNode);
    }

    /// <summary>Aborts the exchanges that are left: nothing else would end one whose client stalls.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var exchange in _exchanges) exchange.Stop();
            _isDisposed = true;
        }
        AbortOverdue();
    }

    private void AbortOverdue()
    {
        var now = Environment.TickCount64;
        List<Exchange>? overdue = null;
        lock (_lock)
        {
            // A disposed watchdog works until the last abort is done, which can take two calls.
            if (_isDisposed && _exchanges.Count == 0) _timer.Dispose();
            foreach (var exchange in _exchanges)
            {
                if (exchange.Deadline < now) (overdue ??= []).Add(exchange);
            }
        }
        // Outside the lock: an abort can block, and would keep other exchanges from starting and ending.
        foreach (var exchange in overdue ?? []) exchange.Abort();
    }
}
