using System.Text.Json;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>Stores jobs in Redis while this server leads: the keys of nexrender-server, and keys of its own beside them.</summary>
internal sealed class RedisStorage : IServerStorage
{
    private readonly RedisOptions _options;
    private readonly RedisTerm _term;
    private readonly StorageLog _log;
    private readonly CommitQueue _queue = new();
    private readonly RedisLink _link, _sideLink;
    private readonly RedisBatches _batches;
    private readonly RedisCommitLoop _loop;
    private readonly RedisSideList _farm, _hooks;
    private readonly bool _isFirst;

    /// <param name="options">The settings.</param>
    /// <param name="term">The term of this server.</param>
    /// <param name="isFirst">True if the server starts, and is refused if another program has changed jobs.</param>
    /// <param name="log">Receives the lines of the log.</param>
    /// <param name="synced">Receives the duration of each batch.</param>
    public RedisStorage(RedisOptions options, RedisTerm term, bool isFirst, StorageLog log, Action<TimeSpan>? synced)
    {
        (_options, _term, _log, _isFirst) = (options, term, log, isFirst);
        (_link, _sideLink) = (new RedisLink(options.Address), new RedisLink(options.Address));
        _farm = new RedisSideList(_sideLink, options, term, RedisKeys.Farm);
        _hooks = new RedisSideList(_sideLink, options, term, RedisKeys.Hooks);
        _batches = new RedisBatches(_link, term);
        _loop = new RedisCommitLoop(_link, _batches, options, term, _queue, log, synced)
        {
            WrittenAgain = () =>
            {
                _farm.WriteAgain();
                _hooks.WriteAgain();
            },
        };
    }

    public ISideFile Farm => _farm;

    public ISideFile Hooks => _hooks;

    public string Location => _options.Address.ToString();

    public string Survives { get; private set; } = RedisGuarantees.Unknown;

    public StorageFailure? HealthProblem => _queue.Refusal ?? _queue.DiskFull ?? _term.Problem;

    public bool IsCheckpointing => false;

    public bool IsStandby => false;

    public long JournalLength => 0;

    public long LastSequence => _queue.LastSequence;

    public long DurableSequence => _queue.DurableSequence;

    public bool TakesDeltas => false;

    public void Recover(IJournaledState state)
    {
        try
        {
            Survives = RedisGuarantees.Read(_link, _options, _log);
            var loader = new RedisLoader(_link, _batches, _options, _log);
            loader.Load(state, _isFirst);
            _loop.Start(state, loader.LastOrder);
        }
        catch (Exception e) when (e is IOException or RedisException or JsonException)
        {
            throw new StorageException(StorageProblem.Other, $"cannot use {Location}: {StorageFailure.OneLine(e)}", e);
        }
    }

    public StorageFailure? GetRefusal(bool isNewJob) => _queue.Refusal ?? _term.Refusal ?? (isNewJob ? _queue.DiskFull : null);

    public Batch Append(in JournalRecord record, out long sequence) => _queue.Append(record, out sequence);

    public long BeginGroup() => _queue.BeginGroup();

    public bool IsIntact(long group) => _queue.IsIntact(group);

    public void EndGroup(long group) => _queue.EndGroup(group);

    public Task<StorageFailure?> WhenDurableAsync(long sequence) => _queue.WhenDurableAsync(sequence);

    public async ValueTask DisposeAsync()
    {
        await _loop.StopAsync().ConfigureAwait(false);
        _link.Dispose();
        lock (_sideLink) _sideLink.Dispose();
    }
}
