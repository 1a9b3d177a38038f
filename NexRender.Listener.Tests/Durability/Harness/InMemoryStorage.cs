using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>A storage that keeps records in a list of the test, which another storage can recover later.</summary>
/// <param name="records">The durable records.</param>
internal sealed class InMemoryStorage(List<JournalRecord> records) : IJobStorage
{
    private static readonly Task<StorageFailure?> AlreadyDurable = Task.FromResult<StorageFailure?>(null);

    // Guards everything below and the records; taken inside the state's lock.
    private readonly Lock _gate = new();
    private IJournaledState? _state;
    private Batch _next = new();
    private long _last;
    private long _durable;
    private long _groups;
    private bool _isHeld;

    public string Location => "memory";

    public bool IsCheckpointing => false;

    public bool TakesDeltas => true;

    public StorageFailure? HealthProblem => Refusal ?? DiskFull;

    /// <summary>The reason why every change is refused; <c>null</c> for none.</summary>
    public StorageFailure? Refusal { get; set; }

    /// <summary>The reason why new jobs are refused; <c>null</c> for none.</summary>
    public StorageFailure? DiskFull { get; set; }

    public long LastSequence
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    public long DurableSequence
    {
        get
        {
            lock (_gate) return _durable;
        }
    }

    public void Recover(IJournaledState state)
    {
        _state = state;
        state.Load([], 0);
        var replay = new Replay(state);
        foreach (var record in records) _last += replay.Apply(record);
        state.Complete();
        _durable = _last;
    }

    public StorageFailure? GetRefusal(bool isNewJob) => Refusal ?? (isNewJob ? DiskFull : null);

    public Batch Append(in JournalRecord record, out long sequence)
    {
        lock (_gate)
        {
            _next.Records.Add(record);
            sequence = _last += record.Changes;
            if (!_isHeld && _next.Records.Count == 1) Task.Run(Commit);
            return _next;
        }
    }

    public long BeginGroup() => Interlocked.Increment(ref _groups);

    public bool IsIntact(long group) => true;

    public void EndGroup(long group)
    {
    }

    public Task<StorageFailure?> WhenDurableAsync(long sequence)
    {
        lock (_gate) return sequence <= _durable ? AlreadyDurable : _next.Done;
    }

    /// <summary>Keeps changes from becoming durable until the next <see cref="Release"/> or <see cref="Fail"/>.</summary>
    public void Hold()
    {
        lock (_gate) _isHeld = true;
    }

    /// <summary>Makes the held changes durable.</summary>
    public void Release()
    {
        lock (_gate) _isHeld = false;
        Commit();
    }

    /// <summary>Rolls back the held changes.</summary>
    public void Fail(StorageFailure failure)
    {
        Batch failed;
        lock (_state!.Lock)
        {
            _state.RollBack_NeedsLock(DurableSequence);
            lock (_gate)
            {
                (failed, _next, _last, _isHeld) = (_next, new Batch(), _durable, false);
            }
        }
        failed.Complete(failure);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Commit()
    {
        Batch batch;
        lock (_gate)
        {
            if (_isHeld) return;
            (batch, _next, _durable) = (_next, new Batch(), _last);
            records.AddRange(batch.Records);
        }
        batch.Complete(null);
    }
}
