using System.Diagnostics;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>Where changes wait for the writer thread, and their requests for the disk.</summary>
internal sealed class CommitQueue
{
    private static readonly Task<StorageFailure?> Lasting = Task.FromResult<StorageFailure?>(null);

    // All under the gate; the durable sequence and the failures are read without it as well.
    private readonly object _gate = new();
    private Batch _next = new();
    private Batch? _writing;
    private long _last;
    private long _writingLast;
    private long _durable;
    private bool _stopping;
    private volatile StorageFailure? _refusal;
    private volatile StorageFailure? _full;

    /// <summary>Why no change is accepted at present, if so.</summary>
    public StorageFailure? Refusal => _refusal;

    /// <summary>Why no new job is accepted at present, though changes of the others are.</summary>
    public StorageFailure? Full => _full;

    public long LastSequence
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    public long DurableSequence => Volatile.Read(ref _durable);

    /// <summary>Numbers of a new process go on after those of the last.</summary>
    public void StartAfter(long sequence) => _last = _writingLast = _durable = sequence;

    /// <summary>Queues a change; called under the lock of the source, so that the order here is the order there.</summary>
    public Batch Append(in JournalRecord record, out long sequence)
    {
        lock (_gate)
        {
            _next.Records.Add(record);
            sequence = ++_last;
            if (_next.Records.Count == 1) Monitor.Pulse(_gate);
            return _next;
        }
    }

    /// <summary>Completes when a change lasts, with <c>null</c>, or was taken back, with the reason.</summary>
    public Task<StorageFailure?> WhenDurable(long sequence)
    {
        lock (_gate)
        {
            if (sequence <= _durable) return Lasting;
            return sequence <= _writingLast && _writing is not null ? _writing.Done : _next.Done;
        }
    }

    /// <summary>Waits for changes and takes all there are; nothing when the time is over or the queue was stopped.</summary>
    public Batch? Take(TimeSpan patience)
    {
        lock (_gate)
        {
            var started = Stopwatch.GetTimestamp();
            while (_next.Records.Count == 0 && !_stopping)
            {
                if (patience == Timeout.InfiniteTimeSpan) Monitor.Wait(_gate);
                else if (patience - Stopwatch.GetElapsedTime(started) is not { Ticks: > 0 } left || !Monitor.Wait(_gate, left)) break;
            }
            if (_next.Records.Count == 0) return null;
            (_writing, _next, _writingLast) = (_next, new Batch(), _last);
            return _writing;
        }
    }

    /// <summary>Ends the wait of the writer thread, once it has taken what there is.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
    }

    public bool IsStopping
    {
        get
        {
            lock (_gate) return _stopping;
        }
    }

    /// <summary>Answers the batch that was taken: it lasts.</summary>
    public void Succeed()
    {
        Batch written;
        lock (_gate)
        {
            written = _writing!;
            _writing = null;
            Volatile.Write(ref _durable, _writingLast);
        }
        written.Complete(null);
    }

    /// <summary>Answers the batch that was taken, if any, and everything queued behind it: none of it lasts, nor ever happened.</summary>
    public void Fail(IJournaledState state, StorageFailure failure, bool refuse)
    {
        var written = _writing;
        Batch? behind;
        lock (state.Lock)
        {
            state.RollBack_NeedsLock(_durable);
            lock (_gate)
            {
                (behind, _next, _writing) = (_next, new Batch(), null);
                _last = _writingLast = _durable;
                if (refuse) _refusal = failure;
                else _full = failure;
            }
        }
        written?.Complete(failure);
        behind.Complete(failure);
    }

    public void RefuseNewJobs(StorageFailure? failure) => _full = failure;

    public void Refuse(StorageFailure? failure) => _refusal = failure;
}
