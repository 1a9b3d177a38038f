using System.Globalization;
using System.Text;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>
/// Takes the leadership when nobody has it, and keeps it: a key in Redis that expires unless it is renewed, and a fencing token that grows
/// with every term. The token protects the jobs; the key only decides when another server may try.
/// </summary>
internal sealed class RedisLeadership : IDisposable
{
    private const int RenewalsInTime = 3;

    private readonly RedisOptions _options;
    private readonly StorageLog _log;
    private readonly RedisLink _link;
    private readonly string _name = $"{Guid.NewGuid():N}";
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;
    private TaskCompletionSource<RedisTerm> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RedisTerm? _term;
    private volatile Tuple<Uri, string>? _leader;
    private long _lastToken;
    private long? _regressedSince;
    private bool _isUnreachable;

    public RedisLeadership(RedisOptions options, StorageLog log)
    {
        (_options, _log) = (options, log);
        _link = new RedisLink(options.Address);
        _thread = new Thread(Run) { IsBackground = true, Name = "redis lead" };
    }

    /// <summary>The address of the server that leads, and its token; <c>null</c> if none is known, or this one leads.</summary>
    public Tuple<Uri, string>? Leader => _leader;

    /// <summary>The token of this server, which only servers on the same Redis know.</summary>
    public string Token { get; } = $"{Guid.NewGuid():N}";

    /// <summary>The next term of this server.</summary>
    public Task<RedisTerm> Next => _next.Task;

    private string Place => $"{Token} {_options.Advertise}";

    private TimeSpan Timeout => TimeSpan.FromTicks(Math.Min(_options.Timeout.Ticks, _options.LeadTimeout.Ticks / 2));

    /// <summary>Tries to take the leadership for the first time, and keeps trying, or renewing, from then on.</summary>
    /// <exception cref="StorageException">Redis cannot be reached, or refuses.</exception>
    public void Start()
    {
        try
        {
            TryAcquire();
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            _link.Dispose();
            throw new StorageException(StorageProblem.Unreachable, $"cannot use {_options.Address}: {StorageFailure.OneLine(e)}", e);
        }
        _thread.Start();
    }

    /// <summary>Ends a term, so that another server, or this one, can begin the next.</summary>
    public void Release(RedisTerm term)
    {
        var isLost = term.Lost.IsCompleted;
        term.Lose();
        _next = new TaskCompletionSource<RedisTerm>(TaskCreationOptions.RunContinuationsAsynchronously);
        _term = null;
        if (isLost) return;
        using var link = new RedisLink(_options.Address);
        try
        {
            link.Run(RedisScripts.Release, Timeout, term.Fence);
        }
        catch (Exception e) when (e is IOException or RedisException)
        {
            // It expires.
        }
    }

    public void Dispose()
    {
        _stopping.Set();
        if (_thread.IsAlive) _thread.Join();
        _link.Dispose();
    }

    private void Run()
    {
        while (!_stopping.Wait(_options.LeadTimeout / (_term is null ? RenewalsInTime + 2 : RenewalsInTime)))
        {
            try
            {
                if (_term is { } term) Renew(term);
                else TryAcquire();
                if (_isUnreachable) _log.Info($"{_options.Address} responds again");
                _isUnreachable = false;
            }
            catch (Exception e) when (e is IOException or RedisException)
            {
                var reason = $"{_options.Address}: {StorageFailure.OneLine(e)}";
                if (!_isUnreachable) _log.Error($"cannot reach {reason}");
                _isUnreachable = true;
                _term?.Doubt(reason);
            }
        }
    }

    private void TryAcquire()
    {
        var begin = Environment.TickCount64;
        var lowest = _regressedSince is { } since && begin - since > 2 * _options.LeadTimeout.TotalMilliseconds ? 0 : _lastToken;
        var milliseconds = ((long)_options.LeadTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        var reply = (object?[])_link.Run(RedisScripts.Acquire, Timeout, _name, milliseconds, Place, $"{lowest}")!;
        var (isTaken, text, number) = ((long)reply[0]! == 1, Encoding.UTF8.GetString((byte[])reply[1]!), (long)reply[2]!);
        if (!isTaken)
        {
            // A token that was higher is one that Redis has lost. Whoever led before has all jobs in memory, and is given the time to
            // write them again.
            _regressedSince = number < _lastToken ? _regressedSince ?? begin : null;
            _lastToken = Math.Max(_lastToken, number);
            _leader = text.Split(' ') is [_, var token, var url] && Uri.TryCreate(url, UriKind.Absolute, out var leader)
                ? new Tuple<Uri, string>(leader, token) : null;
            return;
        }
        (_lastToken, _regressedSince, _leader) = (number, null, null);
        var term = new RedisTerm(text);
        term.Renew(begin + (long)_options.LeadTimeout.TotalMilliseconds);
        _term = term;
        _next.TrySetResult(term);
    }

    private void Renew(RedisTerm term)
    {
        var begin = Environment.TickCount64;
        var milliseconds = ((long)_options.LeadTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        var reply = _link.Run(RedisScripts.Renew, Timeout, term.Fence, $"{_name} {Place}", milliseconds);
        var status = Encoding.ASCII.GetString((byte[])reply!);
        if (status == RedisScripts.Done) term.Renew(begin + (long)_options.LeadTimeout.TotalMilliseconds);
        else if (status == RedisScripts.Absent) term.Doubt("Redis has lost what it held", isTokenAbsent: true);
        else term.Lose();
    }
}
