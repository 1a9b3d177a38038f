using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>
/// Keeps what is not delivered in a file beside the database. It is written soon after a change, but not more often than once a second, nor
/// for more than a tenth of the time, on a thread of the pool.
/// </summary>
internal sealed class UndeliveredFile : IDisposable
{
    private const int Share = 10;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ISideFile _file;
    private readonly DeliveryQueue _queue;
    private readonly HandedEnds _handed;
    private readonly Log _log;
    private readonly Timer _timer;

    // Held while the file is written.
    private readonly Lock _writing = new();

    // Guards everything below.
    private readonly Lock _lock = new();
    private long _nextAt;
    private bool _isDue;
    private bool _hasFailed;
    private bool _isClosed;

    public UndeliveredFile(ISideFile file, DeliveryQueue queue, HandedEnds handed, Log log)
    {
        (_file, _queue, _handed, _log) = (file, queue, handed, log);
        _timer = new Timer(_ => Write(isLast: false));
    }

    /// <summary>Reads the file.</summary>
    /// <returns>The deliveries, and the ends that were handed over; <c>null</c> if the file does not exist.</returns>
    public static (List<Delivery> Deliveries, HandedEnds? Handed) Read(ISideFile file, Log log)
    {
        HandedEnds? handed = null;
        var deliveries = new List<Delivery>();
        foreach (var item in file.Read())
        {
            var line = JsonObject.ParseOrEmpty(item);
            if (HandedEnds.From(line) is { } read) handed = read;
            else if (Delivery.From(line) is { } delivery) deliveries.Add(delivery);
            else log.Error("ignoring a line of the file of undelivered hooks that cannot be read");
        }
        return (deliveries, handed);
    }

    /// <summary>Makes sure that the file is written soon.</summary>
    public void Changed()
    {
        lock (_lock)
        {
            if (_isDue || _isClosed) return;
            _isDue = true;
            _timer.Change(Math.Max(0, _nextAt - Environment.TickCount64), Timeout.Infinite);
        }
    }

    /// <summary>Writes the file a last time.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
        }
        _timer.Dispose();
        Write(isLast: true);
    }

    private void Write(bool isLast)
    {
        lock (_writing)
        {
            lock (_lock)
            {
                // A timer may go off late, and another server may have the file after the last time.
                if (_isClosed && !isLast) return;
                _isDue = false;
            }
            var begin = Environment.TickCount64;
            // First what was handed over: the deliveries of it are in the queue by then.
            var handed = _handed.ToBytes();
            var failure = _file.TryWrite([handed, .. _queue.ToArray().Select(delivery => delivery.ToBytes())]);
            var end = Environment.TickCount64;
            bool isNews;
            lock (_lock)
            {
                _nextAt = end + Math.Max((long)Period.TotalMilliseconds, (end - begin) * Share);
                isNews = failure is not null != _hasFailed;
                _hasFailed = failure is not null;
            }
            if (failure is null) return;
            if (isNews) _log.Error($"cannot write the file of undelivered hooks, so that a stop would lose them: {failure.Reason}");
            Changed();
        }
    }
}
