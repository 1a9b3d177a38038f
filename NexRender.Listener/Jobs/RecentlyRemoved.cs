namespace NexRender.Listener.Jobs;

/// <summary>The jobs removed in the last 24 hours, the last 10,000 of them: workers that still render one are not turned away.</summary>
internal sealed class RecentlyRemoved(TimeProvider clock)
{
    private const int Limit = 10_000;

    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    private readonly Dictionary<string, DateTimeOffset> _removals = new(StringComparer.Ordinal);
    private readonly Queue<(string Uid, DateTimeOffset At)> _inOrder = new();

    public bool Contains(string uid) => _removals.TryGetValue(uid, out var at) && clock.GetUtcNow() - at < Age;

    public void Add(string uid)
    {
        var now = clock.GetUtcNow();
        _removals[uid] = now;
        _inOrder.Enqueue((uid, now));
        while (_inOrder.Count > Limit || now - _inOrder.Peek().At >= Age)
        {
            var (oldest, at) = _inOrder.Dequeue();
            if (_removals.TryGetValue(oldest, out var latest) && latest == at) _removals.Remove(oldest);
        }
    }

    public void Forget(string uid) => _removals.Remove(uid);
}
