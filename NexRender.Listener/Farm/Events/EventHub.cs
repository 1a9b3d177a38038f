using System.Text;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Farm.Events;

/// <summary>
/// Sends events to watchers. Each event is written once, each piece of events is put together once for all watchers with the same filter,
/// and what happens within 20 ms travels in one piece; for many watchers it is a longer time. Without watchers nothing is written or kept.
/// </summary>
internal sealed class EventHub : IChangeListener, IDisposable
{
    private const int PingsUntilIdle = 40;
    private const int MaxUnsent = 1000;
    private const int MaxUnsentBytes = 4 << 20;

    // A piece costs a wakeup and a send for each watcher, however few events it has.
    private const double MillisecondsForWatcher = 0.4;
    private const double MinMilliseconds = 20;
    private const double MaxMilliseconds = 100;

    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(15);

    private readonly EventWriter _writer;
    private readonly string _version;
    private readonly Timer _flushTimer;
    private readonly ITimer _pingTimer;

    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly WatchGroups _groups = new();
    private readonly List<WatchGroup> _touched = [];
    private volatile EventRing? _ring;
    private long _sent;
    private long _sentAt;
    private long _unsentBytes;
    private bool _isTimerSet;
    private int _pingsAlone;

    /// <param name="writer">Writes the events of changes.</param>
    /// <param name="version">The version of the server, for the first event of a watcher.</param>
    /// <param name="clock">The clock.</param>
    public EventHub(EventWriter writer, string version, TimeProvider clock)
    {
        (_writer, _version) = (writer, version);
        _flushTimer = new Timer(_ => FlushLater());
        _pingTimer = clock.CreateTimer(_ => Ping(), null, PingPeriod, PingPeriod);
    }

    /// <summary>The number of watchers.</summary>
    public int Watchers
    {
        get
        {
            lock (_lock) return _groups.Watchers;
        }
    }

    public void OnChanges(IReadOnlyList<JobChange> changes)
    {
        // Before the first watcher nobody has an id to continue from.
        if (_ring is not null) Append(_writer.Write(changes));
    }

    /// <summary>Sends an event about a worker.</summary>
    public void Announce(string name, Worker worker)
    {
        if (_ring is not null) Append(EventWriter.Write(name, worker));
    }

    /// <summary>Sends an event about the queue.</summary>
    public void AnnounceQueue(bool isPaused)
    {
        if (_ring is null) return;
        Append(isPaused
            ? EventWriter.Write("queue.paused", """{"paused":true}"""u8)
            : EventWriter.Write("queue.resumed", """{"paused":false}"""u8));
    }

    /// <summary>Adds a watcher, which receives the events from now on, after those that it has missed.</summary>
    /// <param name="filter">Selects the events.</param>
    /// <param name="since">The id of the last event that it has seen; <c>null</c> for none.</param>
    public Watcher Watch(EventFilter filter, string? since)
    {
        Watcher watcher;
        string latest;
        (byte[] Id, FarmEvent Event)[]? missed;
        lock (_lock)
        {
            var ring = _ring ??= NewRing_NeedsLock();
            // What others have yet to receive is part of what this one has missed, so it is sent to them first.
            Flush_NeedsLock();
            watcher = new Watcher(this, _groups.Get(filter));
            _groups.Add(watcher);
            latest = ring.IdOf(ring.Last);
            missed = since is null ? [] : ring.After(since);
        }
        // Nobody reads the watcher before it is returned, so it begins with this.
        watcher.Begin(Begin(latest, since, missed, filter));
        return watcher;
    }

    public void Remove(Watcher watcher)
    {
        lock (_lock) _groups.Remove(watcher);
    }

    public void Dispose()
    {
        _flushTimer.Dispose();
        _pingTimer.Dispose();
    }

    // Events that were missed are those of a ring, with their ids; null if they are not kept any more.
    private byte[] Begin(string latest, string? since, (byte[] Id, FarmEvent Event)[]? missed, EventFilter filter)
    {
        // After what was missed comes its id: ahead of it, nothing would be missed if the line broke in between.
        var id = since is null ? $"id: {latest}\n" : "";
        var hello = $$"""retry: 2000{{"\n"}}{{id}}event: hello{{"\n"}}data: {"version":"{{_version}}","id":"{{latest}}"}{{"\n\n"}}""";
        if (missed is null)
        {
            var reason = $"changes after {Plain(since!)} are not kept; read the list again";
            hello += $$"""id: {{latest}}{{"\n"}}event: reset{{"\n"}}data: {"reason":"{{reason}}"}{{"\n\n"}}""";
        }
        List<(byte[] Id, byte[] Text)> parts = [([], Encoding.UTF8.GetBytes(hello))];
        parts.AddRange((missed ?? []).Where(one => filter.Matches(one.Event)).Select(one => (one.Id, one.Event.Text)));
        return WatchGroup.Join(parts);
    }

    // The id is the client's own text.
    private static string Plain(string id) => new([.. id.Take(40).Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')]);

    private EventRing NewRing_NeedsLock()
    {
        _sent = 0;
        return new EventRing();
    }

    private void Append(params ReadOnlySpan<FarmEvent> events)
    {
        lock (_lock)
        {
            if (_ring is not { } ring) return;
            foreach (var farmEvent in events)
            {
                // The ring must never drop what was not sent yet.
                if (ring.Last - _sent >= MaxUnsent || _unsentBytes + farmEvent.Text.Length > MaxUnsentBytes) Flush_NeedsLock();
                ring.Add(farmEvent);
                _unsentBytes += farmEvent.Text.Length;
            }
            var together = Math.Clamp(_groups.Watchers * MillisecondsForWatcher, MinMilliseconds, MaxMilliseconds);
            if (Environment.TickCount64 - _sentAt >= together) Flush_NeedsLock();
            else if (!_isTimerSet) _isTimerSet = _flushTimer.Change(TimeSpan.FromMilliseconds(together), Timeout.InfiniteTimeSpan);
        }
    }

    private void FlushLater()
    {
        lock (_lock)
        {
            _isTimerSet = false;
            Flush_NeedsLock();
        }
    }

    private void Flush_NeedsLock()
    {
        if (_ring is not { } ring || _sent == ring.Last) return;
        while (_sent < ring.Last)
        {
            var farmEvent = ring[++_sent];
            var id = ring.IdLineOf(_sent);
            foreach (var group in _groups.Candidates(farmEvent))
            {
                if (group.Filter.Matches(farmEvent) && group.Append(id, farmEvent)) _touched.Add(group);
            }
        }
        foreach (var group in _touched) _groups.Dropped(group, group.Send());
        _touched.Clear();
        (_sentAt, _unsentBytes) = (Environment.TickCount64, 0);
    }

    // A comment keeps proxies from closing the line and shows which clients have gone; the id spares a reset after a long silence.
    private void Ping()
    {
        lock (_lock)
        {
            if (_ring is not { } ring) return;
            Flush_NeedsLock();
            var ping = Encoding.ASCII.GetBytes($": ping\nid: {ring.IdOf(ring.Last)}\n\n");
            foreach (var group in _groups.All()) _groups.Dropped(group, group.Send(ping));
            _pingsAlone = _groups.Watchers == 0 ? _pingsAlone + 1 : 0;
            if (_pingsAlone >= PingsUntilIdle) (_ring, _pingsAlone) = (null, 0);
        }
    }
}
