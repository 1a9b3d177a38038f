namespace NexRender.Listener.Http.Gate;

/// <summary>Limits the bytes of request bodies in memory; a request waits while the limit is reached.</summary>
internal sealed class BodyBudget(long limit, TimeSpan wait)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _room;
    private long _used;

    /// <summary>Reserves bytes, after a wait if the limit is reached.</summary>
    /// <exception cref="HttpStatusException">The limit was still reached at the end of the wait.</exception>
    public ValueTask TakeAsync(int bytes) => TryTake(bytes, out var room) ? ValueTask.CompletedTask : WaitAsync(bytes, room);

    public void GiveBack(long bytes)
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _used -= bytes;
            (room, _room) = (_room, null);
        }
        room?.TrySetResult();
    }

    private bool TryTake(int bytes, out Task room)
    {
        lock (_lock)
        {
            if (_used + bytes <= limit)
            {
                _used += bytes;
                room = Task.CompletedTask;
                return true;
            }
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return false;
        }
    }

    private async ValueTask WaitAsync(int bytes, Task room)
    {
        var until = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        do
        {
            var left = until - Environment.TickCount64;
            if (left <= 0 || await Task.WhenAny(room, Task.Delay(TimeSpan.FromMilliseconds(left))).ConfigureAwait(false) != room)
                throw new HttpStatusException(503, "too many large requests at once; try again in a moment");
        }
        while (!TryTake(bytes, out room));
    }
}
