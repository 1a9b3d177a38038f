using System.Globalization;
using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>Tries the deliveries of the queue, and tries again those that fail.</summary>
internal sealed class HookSender : IAsyncDisposable
{
    private readonly HookLimits _limits;
    private readonly DeliveryQueue _queue;
    private readonly HookCounts _counts;
    private readonly Log _log;
    private readonly Action _changed;
    private readonly WebhookClient _client;
    private readonly HookCommand? _command;
    private readonly Timer _timer;
    private readonly CancellationTokenSource _stop = new();

    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];
    private bool _isStopped;

    /// <param name="settings">The hooks.</param>
    /// <param name="queue">The deliveries.</param>
    /// <param name="counts">Receives the outcomes.</param>
    /// <param name="log">The log.</param>
    /// <param name="changed">Called after a delivery was removed or has failed.</param>
    public HookSender(HookSettings settings, DeliveryQueue queue, HookCounts counts, Log log, Action changed)
    {
        (_limits, _queue, _counts, _log, _changed) = (settings.Limits, queue, counts, log, changed);
        _client = new WebhookClient(settings);
        _command = settings.Command is { } command ? new HookCommand(command, settings.Limits) : null;
        _timer = new Timer(_ => Wake());
    }

    /// <summary>Begins the tries that are due; never blocks.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_isStopped) return;
            var due = _queue.Take(Environment.TickCount64, out var next);
            foreach (var delivery in due) Begin_NeedsLock(delivery);
            if (next is { } at) _timer.Change(Math.Max(0, at - Environment.TickCount64), Timeout.Infinite);
        }
    }

    /// <summary>Cancels what is on its way; it stays in the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_isStopped) return;
            _isStopped = true;
            running = [.. _running];
        }
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        var ended = Task.WhenAll(running);
        await ended.WaitAsync(HookLimits.StopTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ended.IsCompleted) _stop.Dispose();
    }

    private void Begin_NeedsLock(Delivery delivery)
    {
        var running = Task.Run(() => TryAsync(delivery));
        _running.Add(running);
        _ = running.ContinueWith(ended => End(ended), TaskScheduler.Default);
    }

    private void End(Task ended)
    {
        lock (_lock) _running.Remove(ended);
        if (ended.Exception is { } e) _log.Error($"error of a hook: {Log.Describe(e.InnerException ?? e)}");
        Wake();
    }

    private async Task TryAsync(Delivery delivery)
    {
        var begin = TimeProvider.System.GetTimestamp();
        SendResult result;
        try
        {
            result = await SendAsync(delivery).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and the next start tries again.
            return;
        }
        catch (Exception e)
        {
            // Not foreseen; a delivery that was neither tried again nor removed would hold up those behind it for ever.
            result = SendResult.Failed(Log.Describe(e));
        }
        foreach (var line in result.Output) _log.Info($"hook of {delivery.Uid}: {line}");
        if (result.IsDelivered) Delivered(delivery, result, TimeProvider.System.GetElapsedTime(begin));
        else Failed(delivery, result);
        _changed();
    }

    private Task<SendResult> SendAsync(Delivery delivery)
    {
        if (delivery.Url is not null) return _client.SendAsync(delivery, _stop.Token);
        return _command?.RunAsync(delivery, _stop.Token) ?? Task.FromResult(SendResult.Refused("the server no longer has a command"));
    }

    private void Delivered(Delivery delivery, SendResult result, TimeSpan time)
    {
        _queue.Complete(delivery);
        _counts.AddDelivered();
        var milliseconds = time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        _log.Info($"hook delivered {delivery.Uid}: {delivery.Event} to {delivery.Description}: {result.Text} in {milliseconds} ms");
    }

    private void Failed(Delivery delivery, SendResult result)
    {
        var what = $"{delivery.Uid}: {delivery.Event} to {delivery.Description}: {result.Text}";
        if (!result.IsFinal && delivery.Tries < _limits.RetryDelays.Count)
        {
            var delay = _limits.RetryDelays[delivery.Tries++];
            _queue.Retry(delivery, Environment.TickCount64 + (long)delay.TotalMilliseconds);
            var seconds = delay.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            _log.Info($"hook failed {what}; try {delivery.Tries + 1} of {_limits.RetryDelays.Count + 1} in {seconds} s");
            return;
        }
        _queue.Complete(delivery);
        _counts.AddFailed();
        _log.Error($"hook given up {what}{(delivery.Tries == 0 ? "" : $"; {delivery.Tries + 1} tries")}");
    }
}
