using System.Diagnostics;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>
/// The writer thread of a storage in Redis: takes what is queued, sends it as one script, and acknowledges it. What is queued during a
/// script shares the next one.
/// </summary>
/// <remarks>
/// Each batch has a number, and Redis applies it only behind the one before. So a batch whose reply got lost is simply sent again. If Redis
/// does not respond in time, the batch is rolled back and refused; an empty batch with the next number then decides: either Redis does not
/// have the refused one, and never will, or it has, and is written again from memory, as it is if it has lost batches.
/// </remarks>
internal sealed class RedisCommitLoop(
    RedisLink link, RedisBatches batches, RedisOptions options, RedisTerm term, CommitQueue queue, StorageLog log,
    Action<TimeSpan>? synced)
{
    private readonly Dictionary<long, List<JournalRecord>> _groups = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJournaledState? _state;

    // Used by the writer thread only.
    private long? _settling;
    private long _lastOrder;
    private bool _isBroken;
    private bool _mustWriteAgain;

    /// <summary>Called after everything was written again.</summary>
    public Action? WrittenAgain { get; init; }

    private bool IsIdle => !_isBroken && queue.DiskFull is null;

    /// <summary>Begins to write.</summary>
    /// <param name="state">The state whose changes are written.</param>
    /// <param name="lastOrder">The highest place in the order.</param>
    public void Start(IJournaledState state, long lastOrder)
    {
        (_state, _lastOrder) = (state, lastOrder);
        term.TokenAbsent = queue.Wake;
        new Thread(Run) { IsBackground = true, Name = "redis" }.Start();
    }

    /// <summary>Refuses further changes and writes what is queued.</summary>
    public Task StopAsync()
    {
        if (_state is null) return Task.CompletedTask;
        lock (_state.Lock)
        {
            queue.Stop();
            queue.Refuse(new StorageFailure("the server is stopping", IsDiskFull: false));
        }
        return _stopped.Task;
    }

    private void Run()
    {
        while (true)
        {
            // The end of one of these groups, if it was appended, is in the batch that is taken next.
            var ended = _groups.Keys.Where(group => !queue.IsIntact(group)).ToArray();
            var batch = queue.Take(IsIdle ? Timeout.InfiniteTimeSpan : options.RetryInterval);
            if (batch is not null) Commit(batch);
            else if (queue.IsStopping) break;
            Array.ForEach(ended, group => _groups.Remove(group));
            if (term.Lost.IsCompleted) continue;
            if (term.IsTokenAbsent && !_isBroken) Break(new StorageFailure("Redis has lost what it held", IsDiskFull: false));
            if (_isBroken) TryRecover();
            else if (queue.DiskFull is not null) TryLeaveFull();
        }
        _stopped.SetResult();
    }

    private void Commit(Batch batch)
    {
        var changes = new RedisBatch(_lastOrder);
        changes.Add(batch.Records, _groups);
        if (_isBroken || changes.Count > options.MaxChanges)
        {
            var reason = _isBroken ? "Redis does not respond" : $"Redis takes no change of more than {options.MaxChanges} jobs at once";
            Fail(new StorageFailure(reason, IsDiskFull: false), refusesChanges: _isBroken);
            return;
        }
        try
        {
            var started = Stopwatch.GetTimestamp();
            if (changes.Count > 0) Apply(changes);
            synced?.Invoke(Stopwatch.GetElapsedTime(started));
            _lastOrder = changes.LastOrder;
            queue.Succeed();
        }
        catch (RedisException e) when (e.Code == "OOM")
        {
            // Before its first change, so that it is sure to be without effect.
            if (queue.DiskFull is null) log.Error($"Redis has no memory left: {e.Message}; new jobs are refused until it has");
            Fail(Describe(e), refusesChanges: false);
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            Break(Describe(e));
        }
    }

    // The changes have the next number until it is known that they were made.
    private void Apply(RedisBatch changes)
    {
        var number = batches.NextNumber();
        var until = Environment.TickCount64 + (long)(options.Timeout + changes.ExtraTime).TotalMilliseconds;
        while (true)
        {
            try
            {
                var left = TimeSpan.FromMilliseconds(Math.Max(1, until - Environment.TickCount64));
                batches.Check(batches.Send(changes, number, changes.HasNewJobs, left));
                link.WaitForReplicas(options.Replicas, TimeSpan.FromMilliseconds(Math.Max(1, until - Environment.TickCount64)));
                batches.Agreed = number;
                return;
            }
            catch (Exception e) when (e is IOException or RedisException { IsTransient: true })
            {
                if (Environment.TickCount64 >= until || term.Lost.IsCompleted) throw;
                Thread.Sleep(20);
            }
        }
    }

    private void Break(StorageFailure failure)
    {
        _isBroken = true;
        if (term.Lost.IsCompleted) log.Info("another server leads: changes are refused");
        else log.Error($"cannot write to Redis: {failure.Reason}; changes are refused until writing works again");
        Fail(failure, refusesChanges: true);
    }

    private void Fail(StorageFailure failure, bool refusesChanges)
    {
        _groups.Clear();
        queue.Fail(_state!, failure, refusesChanges);
        // Without a lack of memory the next change may succeed.
        if (!refusesChanges && !failure.IsDiskFull) queue.RefuseNewJobs(null);
    }

    private void TryRecover()
    {
        try
        {
            if (!_mustWriteAgain)
            {
                _settling ??= batches.NextNumber();
                var status = batches.Send(new RedisBatch(_lastOrder), _settling.Value, needsMemory: false, options.Timeout);
                if (status == RedisScripts.Fenced) batches.Check(status);
                _mustWriteAgain = status != RedisScripts.Done;
                if (!_mustWriteAgain) (batches.Agreed, _settling) = (_settling.Value, null);
            }
            if (_mustWriteAgain) WriteAgain();
            link.WaitForReplicas(options.Replicas, options.Timeout);
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            if (!queue.IsStopping) queue.Refuse(Describe(e));
            return;
        }
        _isBroken = false;
        lock (_state!.Lock)
        {
            if (!queue.IsStopping) queue.Refuse(null);
        }
        log.Info("Redis works again; changes are accepted");
    }

    private void WriteAgain()
    {
        log.Error("Redis lacks acknowledged changes, or has refused ones; writing all jobs again");
        Snapshot snapshot;
        lock (_state!.Lock) snapshot = _state.TakeSnapshot();
        RedisRewriter.Write(snapshot, link, batches, options);
        (_lastOrder, _settling, _mustWriteAgain) = (snapshot.Jobs.Length, null, false);
        WrittenAgain?.Invoke();
    }

    private void TryLeaveFull()
    {
        try
        {
            batches.Commit(new RedisBatch(_lastOrder), needsMemory: true, options.Timeout);
            queue.RefuseNewJobs(null);
            log.Info("Redis has memory again; new jobs are accepted");
        }
        catch (RedisException e) when (e.Code == "OOM")
        {
            // The next attempt finds out.
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            Break(Describe(e));
        }
    }

    private static StorageFailure Describe(Exception e) => new($"Redis: {StorageFailure.OneLine(e)}", e is RedisException { Code: "OOM" });
}
