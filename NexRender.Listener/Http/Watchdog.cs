namespace NexRender.Listener.Http;

/// <summary>
/// Ends exchanges that are over their time. HttpListener ignores cancellation in reads and writes, so the only way to end one is to abort
/// its connection from outside.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Exchange> _exchanges = new();
    private readonly Timer _timer;

    public Watchdog(TimeSpan patience)
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(patience.TotalMilliseconds / 4, 20, 1000));
        _timer = new Timer(_ => AbortOverdue(), null, period, period);
    }

    public void Watch(Exchange exchange)
    {
        lock (_lock) _exchanges.AddLast(exchange.Node);
    }

    public void Forget(Exchange exchange)
    {
        lock (_lock) _exchanges.Remove(exchange.Node);
    }

    public void Dispose() => _timer.Dispose();

    private void AbortOverdue()
    {
        var now = Environment.TickCount64;
        List<Exchange>? overdue = null;
        lock (_lock)
        {
            foreach (var exchange in _exchanges)
                if (exchange.Deadline < now) (overdue ??= []).Add(exchange);
        }
        foreach (var exchange in overdue ?? []) exchange.Abort();
    }
}
