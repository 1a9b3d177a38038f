namespace NexRender.Listener.Logging;

/// <summary>
/// Logs requests that were refused, and reports that were ignored, at most one line a second for each cause, with a count of the rest:
/// a crowd of workers with a wrong secret must not hide everything else.
/// </summary>
internal sealed class RefusalLog : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Log _log;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    // Guarded by the lock.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Cause> _causes = new(StringComparer.Ordinal);

    public RefusalLog(Log log, TimeProvider clock)
    {
        (_log, _clock) = (log, clock);
        _timer = clock.CreateTimer(_ => WriteCounts(isLast: false), null, Period, Period);
    }

    /// <summary>Logs a request that was answered with 403 or 409.</summary>
    public void Refused(string method, string target, string by, int status, string message) =>
        Write($"requests refused with {status}", by, $"refused {method} {target}", $": {status} {message}");

    /// <summary>Logs a report that changed nothing although it was answered with 200.</summary>
    public void Ignored(string uid, string by, string reason) => Write("reports ignored", by, $"ignored a report on {uid}", $": {reason}");

    /// <summary>Writes the counts that are left.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        WriteCounts(isLast: true);
    }

    private void Write(string name, string by, string line, string detail)
    {
        if (!_log.LogsChanges) return;
        lock (_lock)
        {
            if (!_causes.TryGetValue(name, out var cause)) _causes.Add(name, cause = new Cause());
            if (cause.LoggedAt is { } at && _clock.GetElapsedTime(at) < Period)
            {
                cause.Suppressed++;
                return;
            }
            WriteCount(name, cause);
            cause.LoggedAt = _clock.GetTimestamp();
        }
        _log.Change(_clock.GetUtcNow(), line, null, by, detail);
    }

    private void WriteCounts(bool isLast)
    {
        lock (_lock)
        {
            foreach (var (name, cause) in _causes)
            {
                if (isLast || (cause.LoggedAt is { } at && _clock.GetElapsedTime(at) >= Period)) WriteCount(name, cause);
            }
        }
    }

    private void WriteCount(string name, Cause cause)
    {
        if (cause.Suppressed > 0) _log.Info($"{cause.Suppressed} more {name}");
        cause.Suppressed = 0;
    }

    private sealed class Cause
    {
        public long? LoggedAt { get; set; }

        public long Suppressed { get; set; }
    }
}
