using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Tests.Feed;

/// <summary>A storage in memory whose batches become durable, or fail, when the test says so.</summary>
internal sealed class ManualStorage : IJobStorage
{
    private readonly Lock _lock = new();
    private IJournaledState _state = null!;
    private Batch _batch = new();
    private long _last;
    private long _durable;

    public string Location => "memory";

    public bool IsCheckpointing => false;

    public bool TakesDeltas => false;

    public StorageFailure? HealthProblem => null;

    public long LastSequence => Volatile.Read(ref _last);

    public long DurableSequence => Volatile.Read(ref _durable);

    public void Recover(IJournaledState state) => _state = state;

    public StorageFailure? GetRefusal(bool isNewJob) => null;

    public Batch Append(in JournalRecord record, out long sequence)
    {
        lock (_lock)
        {
            _batch.Records.Add(record);
            sequence = _last += record.Changes;
            return _batch;
        }
    }

    public long BeginGroup() => 1;

    public bool IsIntact(long group) => true;

    public void EndGroup(long group)
    {
    }

    public Task<StorageFailure?> WhenDurableAsync(long sequence)
    {
        lock (_lock) return sequence <= _durable ? Task.FromResult<StorageFailure?>(null) : _batch.Done;
    }

    /// <summary>Makes every change so far durable.</summary>
    public void Commit()
    {
        lock (_state.Lock)
        {
            Batch batch;
            lock (_lock) (batch, _batch, _durable) = (_batch, new Batch(), _last);
            batch.Complete(null);
        }
    }

    /// <summary>Rolls back every change that is not durable.</summary>
    public void Fail()
    {
        Batch batch;
        lock (_state.Lock)
        {
            _state.RollBack_NeedsLock(_durable);
            lock (_lock) (batch, _batch, _last) = (_batch, new Batch(), _durable);
        }
        batch.Complete(new StorageFailure("broken", IsDiskFull: false));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
