using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Pickups;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Farm;

/// <summary>The pauses of the queue and of workers, which are durable before they take effect.</summary>
internal sealed class Pauses : IPickupPauses, IDisposable
{
    private static readonly byte[] QueuePausedAt = "queuePausedAt"u8.ToArray();
    private static readonly byte[] Worker = "worker"u8.ToArray();
    private static readonly byte[] PausedAt = "pausedAt"u8.ToArray();

    private readonly ISideFile _file;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _writing = new(1, 1);

    // Replaced, never changed, so that a pickup reads it without a lock.
    private volatile IReadOnlyDictionary<string, DateTimeOffset> _workers;
    private volatile bool _isQueuePaused;
    private DateTimeOffset _queuePausedAt;

    public Pauses(ISideFile file, TimeProvider clock)
    {
        (_file, _clock) = (file, clock);
        var workers = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var item in file.Read())
        {
            var line = JsonObject.ParseOrEmpty(item);
            if (Timestamp.Parse(line[QueuePausedAt]) is { } at) (_isQueuePaused, _queuePausedAt) = (true, at);
            if (JsonText.GetString(line[Worker]) is { } name) workers[name] = Timestamp.Parse(line[PausedAt]) ?? clock.GetUtcNow();
        }
        _workers = workers;
    }

    /// <summary>True if pickups get nothing.</summary>
    public bool IsQueuePaused => _isQueuePaused;

    /// <summary>The paused workers, with the time of the pause.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Workers => _workers;

    public bool IsPaused(string worker) => _workers.ContainsKey(worker);

    /// <summary>Pauses or resumes the queue.</summary>
    /// <returns>The reason why that could not be made durable; <c>null</c> if it was.</returns>
    public ValueTask<Refusal?> SetQueueAsync(bool isPaused) => ChangeAsync(() => (isPaused, _workers));

    /// <summary>Pauses or resumes a worker.</summary>
    /// <returns>The reason why that could not be made durable; <c>null</c> if it was.</returns>
    public ValueTask<Refusal?> SetWorkerAsync(string name, bool isPaused) => ChangeAsync(() =>
    {
        var workers = new Dictionary<string, DateTimeOffset>(_workers, StringComparer.Ordinal);
        if (!isPaused) workers.Remove(name);
        else workers.TryAdd(name, _clock.GetUtcNow());
        return (_isQueuePaused, workers);
    });

    public void Dispose() => _writing.Dispose();

    private async ValueTask<Refusal?> ChangeAsync(Func<(bool Queue, IReadOnlyDictionary<string, DateTimeOffset> Workers)> next)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var (queue, workers) = next();
            var since = queue && !_isQueuePaused ? _clock.GetUtcNow() : _queuePausedAt;
            if (queue == _isQueuePaused && workers.Count == _workers.Count) return null;
            // The write waits for the disk, so it has a thread of its own to block.
            var failure = await Task.Run(() => _file.TryWrite(Lines(queue, since, workers))).ConfigureAwait(false);
            if (failure is not null) return Refusal.NotStored(failure);
            (_queuePausedAt, _isQueuePaused, _workers) = (since, queue, workers);
            return null;
        }
        finally
        {
            _writing.Release();
        }
    }

    private static byte[][] Lines(bool queue, DateTimeOffset since, IReadOnlyDictionary<string, DateTimeOffset> workers)
    {
        var lines = new List<byte[]>();
        if (queue)
        {
            var line = new JsonObject(1);
            line.Set(QueuePausedAt, Timestamp.ToJson(since));
            lines.Add(line.ToBytes());
        }
        foreach (var (name, at) in workers)
        {
            var line = new JsonObject(2);
            line.Set(Worker, JsonText.Quote(name));
            line.Set(PausedAt, Timestamp.ToJson(at));
            lines.Add(line.ToBytes());
        }
        return [.. lines];
    }
}
