namespace NexRender.Listener.Storage.Redis;

/// <summary>The time in which this server leads: from when it took the fencing token until another server has a higher one.</summary>
/// <param name="fence">The fencing token.</param>
internal sealed class RedisTerm(string fence)
{
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _validUntil;
    private volatile StorageFailure? _problem;
    private volatile bool _isTokenAbsent;

    /// <summary>The fencing token.</summary>
    public string Fence => fence;

    /// <summary>Completes with the reason once another server leads.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>True if Redis does not know the token, because it has lost what it held.</summary>
    public bool IsTokenAbsent => _isTokenAbsent;

    /// <summary>Called when the token was found absent.</summary>
    public Action? TokenAbsent { get; set; }

    /// <summary>The reason why the leadership is in doubt; <c>null</c> if it is not.</summary>
    public StorageFailure? Problem => _problem ?? Refusal;

    /// <summary>The reason to refuse changes: another server may lead by now; <c>null</c> if none can.</summary>
    public StorageFailure? Refusal =>
        _lost.Task.IsCompleted ? new StorageFailure(_lost.Task.Result, IsDiskFull: false)
        : Environment.TickCount64 > Volatile.Read(ref _validUntil)
            ? new StorageFailure("another server may lead, because this one could not renew its leadership", IsDiskFull: false)
        : null;

    /// <summary>Records that the leadership was renewed.</summary>
    /// <param name="until">The time of <see cref="Environment.TickCount64"/> until which no other server can lead.</param>
    public void Renew(long until)
    {
        Volatile.Write(ref _validUntil, until);
        (_problem, _isTokenAbsent) = (null, false);
    }

    /// <summary>Records that the leadership could not be renewed for now.</summary>
    public void Doubt(string reason, bool isTokenAbsent = false)
    {
        _problem = new StorageFailure(reason, IsDiskFull: false);
        _isTokenAbsent = isTokenAbsent;
        if (isTokenAbsent) TokenAbsent?.Invoke();
    }

    /// <summary>Records that another server leads.</summary>
    public void Lose() => _lost.TrySetResult("another server leads");
}
