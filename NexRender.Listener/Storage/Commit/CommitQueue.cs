using System.Diagnostics;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Commit;

/// <summary>Holds changes until the writer thread takes them, and the batches whose requests wait for the disk.</summary>
internal sealed class CommitQueue
{
    // A shorter sync ends before the clients that were just answered have sent their next requests. After a disk that was stuck for
    // seconds, nothing waits for as long as that.
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(4), LongestGather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan GatherStep = TimeSpan.FromMilliseconds(1);

    private static readonly Task<StorageFailure?> AlreadyDurable = Task.FromResult<StorageFailure?>(null);

    // The gate is taken inside the lock of the state, never the other way round: a change is appended under both, so that sequence numbers
    // follow the order of changes in memory. The durable sequence and the failures are also read without the gate.
    private readonly object _gate = new();
    private Batch _next = new();
    private Batch? _writing;
    private long _last;
    private long _writingLast;
    private long _durable;
    private readonly HashSet<long> _groups = [];
    private long _lastGroup;
    private int _lastCount;
    private bool _isStopping;
    private bool _isWoken;
    private volatile StorageFailure? _refusal;
    private volatile StorageFailure? _diskFull;

    /// <summary>The reason why every change is refused; <c>null</c> if there is none.</summary>
    public StorageFailure? Refusal => _refusal;

    /// <summary>The reason why new jobs are refused and other changes are not; <c>null</c> if there is none.</summary>
    public StorageFailure? DiskFull => _diskFull;

    public long LastSequence
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    public long DurableSequence => Volatile.Read(ref _durable);

    public bool IsStopping
    {
        get
        {
            lock (_gate) return _isStopping;
        }
    }

    /// <summary>Continues the sequence numbers of the previous run.</summary>
    public void StartAfter(long sequence)
    {
        lock (_gate) _last = _writingLast = _durable = sequence;
    }

    /// <summary>Queues a change. The caller holds the state's lock.</summary>
    public Batch Append(in JournalRecord record, out long sequence)
    {
        lock (_gate)
        {
            _next.Records.Add(record);
            sequence = _last += record.Changes;
            // Only the first record of a batch can find the writer thread waiting.
            if (_next.Records.Count == 1) Monitor.Pulse(_gate);
            return _next;
        }
    }

    /// <summary>True if a group of records is being appended: no checkpoint may make the journal with its first records obsolete.</summary>
    public bool HasGroups
    {
        get
        {
            lock (_gate) return _groups.Count > 0;
        }
    }

    /// <summary>Begins a group of records and returns its number.</summary>
    public long BeginGroup()
    {
        lock (_gate)
        {
            _groups.Add(++_lastGroup);
            return _lastGroup;
        }
    }

    /// <summary>Returns true if the group was begun, and its records so far are in the journal or queued for it.</summary>
    public bool IsIntact(long group)
    {
        lock (_gate) return _groups.Contains(group);
    }

    /// <summary>Ends a group: its last record was appended, or it was given up.</summary>
    public void EndGroup(long group)
    {
        lock (_gate) _groups.Remove(group);
    }

    /// <summary>Completes with <c>null</c> once a change is durable, or with the reason once it has been rolled back.</summary>
    public Task<StorageFailure?> WhenDurableAsync(long sequence)
    {
        lock (_gate)
        {
            if (sequence <= _durable) return AlreadyDurable;
            return sequence <= _writingLast && _writing is not null ? _writing.Done : _next.Done;
        }
    }

    /// <summary>Waits for changes and takes all that are queued.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="lastSync">The time of the last sync; zero if it does not matter.</param>
    /// <returns>The batch; <c>null</c> if the wait timed out or was ended.</returns>
    public Batch? Take(TimeSpan timeout, TimeSpan lastSync = default)
    {
        lock (_gate)
        {
            var started = Stopwatch.GetTimestamp();
            while (_next.Records.Count == 0 && !_isStopping && !_isWoken)
            {
                if (timeout == Timeout.InfiniteTimeSpan) Monitor.Wait(_gate);
                else if (timeout - Stopwatch.GetElapsedTime(started) is not { Ticks: > 0 } left || !Monitor.Wait(_gate, left)) break;
            }
            _isWoken = false;
            if (_next.Records.Count == 0) return null;
            if (lastSync >= SlowSync) Gather_NeedsGate(lastSync);
            _lastCount = _next.Records.Count;
            (_writing, _next, _writingLast) = (_next, new Batch(), _last);
            return _writing;
        }
    }

    // Clients that were answered together send their next requests together. Without a wait the first of these would be synced alone, and
    // all others would wait for that sync. The wait ends with as many changes as in the last batch, or after the time of a sync.
    private void Gather_NeedsGate(TimeSpan lastSync)
    {
        var longest = lastSync < LongestGather ? lastSync : LongestGather;
        var started = Stopwatch.GetTimestamp();
        while (_next.Records.Count < _lastCount && !_isStopping && Stopwatch.GetElapsedTime(started) < longest)
            Monitor.Wait(_gate, GatherStep);
    }

    /// <summary>
    /// Takes what was queued since the last batch into that batch. The caller holds the state's lock, so that nothing is added.
    /// </summary>
    public void TakeRest()
    {
        lock (_gate)
        {
            if (_writing is null) (_writing, _next) = (_next, new Batch());
            _writing.Records.AddRange(_next.Records);
            // Those who wait for the other batch are completed with this one.
            _ = _next.CompleteWithAsync(_writing);
            (_next, _writingLast) = (new Batch(), _last);
            // What was written of unfinished groups is in the journal that is given up.
            _groups.Clear();
        }
    }

    /// <summary>Ends the writer thread's wait, for something other than a change.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the writer thread's wait; what is queued can still be taken.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Acknowledges the batch that was taken: it is durable.</summary>
    public void Succeed()
    {
        Batch written;
        lock (_gate)
        {
            written = _writing!;
            _writing = null;
            Volatile.Write(ref _durable, _writingLast);
        }
        // Outside of the gate, because completing a task can run code of those that wait for it.
        written.Complete(null);
    }

    /// <summary>Rolls back the batch that was taken, if any, and everything queued behind it, and completes both with the reason.</summary>
    /// <param name="state">The state that holds the changes.</param>
    /// <param name="failure">The reason.</param>
    /// <param name="refusesChanges">True to refuse every change from now on; otherwise only new jobs are refused.</param>
    public void Fail(IJournaledState state, StorageFailure failure, bool refusesChanges)
    {
        Batch? written;
        Batch behind;
        // What is queued behind was built on the batch that failed, so it cannot stay. The state is locked throughout: a change appended
        // between the rollback and the new sequence numbers would build on a version that no longer exists.
        lock (state.Lock)
        {
            state.RollBack_NeedsLock(DurableSequence);
            lock (_gate)
            {
                (written, behind, _next, _writing) = (_writing, _next, new Batch(), null);
                _last = _writingLast = _durable;
                _groups.Clear();
                if (refusesChanges) _refusal = failure;
                else _diskFull = failure;
            }
        }
        written?.Complete(failure);
        behind.Complete(failure);
    }

    /// <summary>Refuses new jobs for a reason, or accepts them again with <c>null</c>.</summary>
    public void RefuseNewJobs(StorageFailure? failure) => _diskFull = failure;

    /// <summary>Refuses every change for a reason, or accepts changes again with <c>null</c>.</summary>
    public void Refuse(StorageFailure? failure) => _refusal = failure;
}
