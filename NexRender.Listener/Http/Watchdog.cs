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

    public Watchdog(TimeSpan timeout)
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 4, 20, 1000));
        _timer = new Timer(_ => Abort(onlyOverdue: true), null, period, period);
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

    /// <summary>Aborts the exchanges that are left: from now on nothing else would end one whose client stalls.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Abort(onlyOverdue: false);
    }

    private void Abort(bool onlyOverdue)
    {
        var now = Environment.TickCount64;
        List<Exchange>? aborted = null;
        lock (_lock)
        {
            foreach (var exchange in _exchanges)
            {
                if (!onlyOverdue || exchange.Deadline < now) (aborted ??= []).Add(exchange);
            }
        }
        // Outside the lock: an abort may block, and then nothing else could start or end.
        foreach (var exchange in aborted ?? []) exchange.Abort();
    }
}
