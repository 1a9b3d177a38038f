using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Reading;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>Reports the ends of jobs to the receivers of the operator and of the jobs, at least once.</summary>
internal sealed class HookService : IChangeListener, IAsyncDisposable
{
    private static readonly byte[] Webhook = "webhook"u8.ToArray();

    private readonly HookSettings _settings;
    private readonly JobReader _reader;
    private readonly Log _log;
    private readonly TimeProvider _clock;
    private readonly DeliveryQueue _queue;
    private readonly HandedEnds _handed;
    private readonly UndeliveredFile _file;
    private readonly HookSender _sender;
    private readonly bool _isFirstStart;

    // Guards everything below.
    private readonly Lock _lock = new();
    private long _lastLoaded = long.MaxValue;
    private long _dropsLoggedAt = -1000;
    private int _unloggedDrops;
    private bool _isStopped;

    /// <param name="settings">The hooks.</param>
    /// <param name="file">The file of what is not delivered.</param>
    /// <param name="reader">Writes the status objects.</param>
    /// <param name="log">The log.</param>
    /// <param name="clock">The clock of the jobs.</param>
    public HookService(HookSettings settings, ISideFile file, JobReader reader, Log log, TimeProvider clock)
    {
        (_settings, _reader, _log, _clock) = (settings, reader, log, clock);
        _queue = new DeliveryQueue(settings.Limits);
        var (deliveries, handed) = UndeliveredFile.Read(file, log);
        _isFirstStart = handed is null;
        _handed = handed ?? HandedEnds.From(clock.GetUtcNow());
        _file = new UndeliveredFile(file, _queue, _handed, log);
        _sender = new HookSender(settings, _queue, Counts, log, _file.Changed);
        foreach (var delivery in deliveries) Load(delivery);
    }

    public HookCounts Counts { get; } = new();

    /// <summary>The number of deliveries that are not delivered yet.</summary>
    public int Pending => _queue.Count;

    /// <summary>
    /// Adds the ends that were not reported before a crash, and begins to deliver. Every later change must come by the feed.
    /// </summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="lastSequence">The number of the last change that they include; the feed may still publish it.</param>
    public void Start(Job[] jobs, long lastSequence)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            var missing = jobs.Where(job => IsEnd(job) && _handed.IsMissing(job, now)).OrderBy(job => job.UpdatedAt);
            if (!_isFirstStart) Hand_NeedsLock([.. missing]);
            if (_queue.Count > 0) _log.Info($"hooks to deliver from the last run: {_queue.Count}");
            _lastLoaded = lastSequence;
        }
        // Also at the first start, so that a crash before the first end is known as one.
        _file.Changed();
        _sender.Wake();
    }

    public void OnChanges(IReadOnlyList<JobChange> changes)
    {
        List<Job>? ended = null;
        var hasHanded = false;
        lock (_lock)
        {
            if (_isStopped) return;
            foreach (var change in changes)
            {
                if (change.Sequence <= _lastLoaded || change.After is not { } job || !IsEnd(job)) continue;
                if (change.Before?.State != job.State) (ended ??= []).Add(job);
                // An edit of an ended job changes its time, by which a start would take it for one that has just ended.
                else _handed.Add(job);
                hasHanded = true;
            }
            if (ended is not null) Hand_NeedsLock(ended);
        }
        if (hasHanded) _file.Changed();
        if (ended is not null) _sender.Wake();
    }

    /// <summary>Stops delivering, and writes what is undelivered. Changes after that are found by the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _isStopped = true;
        await _sender.DisposeAsync().ConfigureAwait(false);
        _file.Dispose();
    }

    private static bool IsEnd(Job job) => JobState.IsTerminal(job.State);

    private void Load(Delivery delivery)
    {
        var isKnown = delivery.Url is null ? _settings.Command is not null
            : delivery.Own is not null || _settings.Webhooks.Any(url => url.AbsoluteUri == delivery.Url.AbsoluteUri);
        if (delivery is { Url: { } own, Own: not null }) isKnown = _settings.AllowedPrefixes.Any(prefix => prefix.Allows(own));
        if (isKnown) _queue.Add(delivery);
        else GiveUp($"{delivery.Uid}: {delivery.Event} to {delivery.Description}: this receiver was removed from the options");
    }

    private void GiveUp(string what)
    {
        Counts.AddFailed();
        _log.Error($"hook given up {what}");
    }

    private void Hand_NeedsLock(IReadOnlyCollection<Job> ended)
    {
        if (ended.Count == 0) return;
        var statuses = _reader.Statuses();
        foreach (var job in ended)
        {
            if (_settings.States.Match(job)) Add_NeedsLock(job, statuses);
            _handed.Add(job);
        }
        if (_unloggedDrops == 0 || Environment.TickCount64 - _dropsLoggedAt < 1000) return;
        _log.Error($"oldest undelivered hooks dropped, because more than {_settings.Limits.MaxPending} of them, "
            + $"or {_settings.Limits.MaxPendingBytes >> 20} MB, wait: {_unloggedDrops}");
        (_unloggedDrops, _dropsLoggedAt) = (0, Environment.TickCount64);
    }

    private void Add_NeedsLock(Job job, StatusView statuses)
    {
        if (_settings.Webhooks.Count > 0 || _settings.Command is not null)
        {
            var body = HookBody.Write(job, statuses);
            foreach (var url in _settings.Webhooks) Queue_NeedsLock(job, body, url);
            if (_settings.Command is not null) Queue_NeedsLock(job, body);
        }
        if (_settings.AllowedPrefixes.Count > 0) AddOwn_NeedsLock(job, statuses);
    }

    private void AddOwn_NeedsLock(Job job, StatusView statuses)
    {
        var members = job.Members();
        var own = JobWebhook.Read(members.Value(Webhook));
        members.Recycle();
        if (own is null) return;
        Uri? url = null;
        var problem = own.Url is not { } text ? "its url is not a text" : WebhookUrl.Check(text, out url);
        problem ??= _settings.AllowedPrefixes.Any(prefix => prefix.Allows(url!)) ? own.Check() : "it is not below an allowed prefix";
        if (problem is null) Queue_NeedsLock(job, HookBody.Write(job, statuses, own), url, own.WithoutBody());
        else GiveUp($"{job.Uid}: {HookBody.EventOf(job)} to {(url is null ? "its own webhook" : WebhookUrl.Describe(url))}: {problem}");
    }

    private void Queue_NeedsLock(Job job, byte[] body, Uri? url = null, JobWebhook? own = null)
    {
        var delivery = new Delivery { Event = HookBody.EventOf(job), Uid = job.Uid, Body = body, Url = url, Own = own };
        var dropped = _queue.Add(delivery);
        if (dropped == 0) return;
        Counts.AddDropped(dropped);
        _unloggedDrops += dropped;
    }
}
