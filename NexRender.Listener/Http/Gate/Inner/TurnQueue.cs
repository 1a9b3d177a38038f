namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// Bounds the number of requests that the listener works on at once; the others wait in their order. With thousands of requests at once,
/// HttpListener spends most of its time on searching its lists, and the collector on what has not ended.
/// </summary>
/// <param name="limit">The most requests at once.</param>
/// <param name="longest">
/// The time after which a request no longer counts: it waits for a job or a disk, for example, and not for a processor.
/// </param>
internal sealed class TurnQueue(int limit, TimeSpan longest) : IDisposable
{
    private readonly Lock _lock = new();

    // In the order of their start. A turn that has ended is removed once it is the first.
    private readonly Queue<Turn> _turns = new();
    private readonly Queue<TaskCompletionSource<Turn>> _waiting = new();
    private Timer? _timer;
    private int _count;
    private bool _isDisposed;

    /// <summary>Waits until a request may be forwarded.</summary>
    public ValueTask<Turn> BeginAsync()
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            Admit_NeedsLock();
            if (_count < limit || _isDisposed) return new(Begin_NeedsLock());
            // Continuations run on the thread pool: the thread that ends a turn must not forward the next request.
            var turn = new TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            // The timer ends turns that are too long if no other request begins or ends.
            if (_waiting.Count == 1) (_timer ??= new Timer(_ => CheckTime())).Change(longest / 2, longest / 2);
            return new(turn.Task);
        }
    }

    /// <summary>Ends a turn, if it has not ended yet.</summary>
    public void End(Turn turn)
    {
        lock (_lock)
        {
            if (turn.HasEnded) return;
            End_NeedsLock(turn);
            Admit_NeedsLock();
        }
    }

    /// <summary>Admits all requests from now on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
            while (_waiting.TryDequeue(out var next)) next.SetResult(Begin_NeedsLock());
        }
    }

    private void CheckTime()
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            Admit_NeedsLock();
            if (_waiting.Count == 0 && !_isDisposed) _timer!.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    private Turn Begin_NeedsLock()
    {
        var turn = new Turn(Environment.TickCount64);
        _turns.Enqueue(turn);
        _count++;
        return turn;
    }

    private void End_NeedsLock(Turn turn)
    {
        turn.HasEnded = true;
        _count--;
    }

    private void Expire_NeedsLock()
    {
        var startedBefore = Environment.TickCount64 - (long)longest.TotalMilliseconds;
        while (_turns.TryPeek(out var first) && (first.HasEnded || first.StartedAt < startedBefore))
        {
            if (!first.HasEnded) End_NeedsLock(first);
            _turns.Dequeue();
        }
    }

    private void Admit_NeedsLock()
    {
        while (_count < limit && _waiting.TryDequeue(out var next)) next.SetResult(Begin_NeedsLock());
    }
}
