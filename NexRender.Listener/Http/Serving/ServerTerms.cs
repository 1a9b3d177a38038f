using NexRender.Listener.Http.Relay;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Redis;

namespace NexRender.Listener.Http.Serving;

/// <summary>Serves all jobs while this server leads, and relays to the leader while another one does.</summary>
internal sealed class ServerTerms : IAsyncDisposable
{
    private static readonly TimeSpan RelayTime = TimeSpan.FromSeconds(30);

    // Longer than it takes by default until another server leads.
    private static readonly TimeSpan RelayPatience = TimeSpan.FromSeconds(15);

    private readonly RedisOptions _options;
    private readonly RedisLeadership _leadership;
    private readonly StorageLog _storageLog;
    private readonly Action<TimeSpan> _synced;
    private readonly Func<IServerStorage, ServerServices> _open;
    private readonly Log _log;
    private readonly CancellationTokenSource _stopping = new();
    private RequestHandler? _requests;
    private LeaderRelay? _relay;
    private RedisTerm? _term;
    private Task _running = Task.CompletedTask;

    /// <param name="options">The settings of the storage.</param>
    /// <param name="open">Opens the services over a storage.</param>
    /// <param name="synced">Receives the duration of each batch.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="StorageException">The storage cannot be used.</exception>
    public ServerTerms(RedisOptions options, Func<IServerStorage, ServerServices> open, Action<TimeSpan> synced, Log log)
    {
        (_options, _open, _synced, _log) = (options, open, synced, log);
        _storageLog = new StorageLog(log.Info, log.Error);
        _leadership = new RedisLeadership(options, _storageLog);
        _leadership.Start();
        try
        {
            Services = _leadership.Next.IsCompleted ? Open(_leadership.Next.Result, isFirst: true) : OpenStandby();
        }
        catch
        {
            if (_leadership.Next.IsCompleted) _leadership.Release(_leadership.Next.Result);
            _leadership.Dispose();
            throw;
        }
    }

    /// <summary>The services that handle requests at present.</summary>
    public ServerServices Services { get; private set; }

    /// <summary>Begins to follow the leadership.</summary>
    public void Start(RequestHandler requests)
    {
        _requests = requests;
        requests.RelayToken = new Secret(_leadership.Token);
        if (_term is null) requests.Relay = _relay = NewRelay();
        _running = RunAsync();
    }

    /// <summary>Stops, and gives up the leadership.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Services.DisposeAsync().ConfigureAwait(false);
        if (_term is not null) _leadership.Release(_term);
        _leadership.Dispose();
        _relay?.Dispose();
    }

    private ServerServices OpenStandby() => _open(new StandbyStorage(_options.Address.ToString()));

    private ServerServices Open(RedisTerm term, bool isFirst)
    {
        var services = _open(new RedisStorage(_options, term, isFirst, _storageLog, _synced));
        _term = term;
        return services;
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var term = _term;
            Task change = term is null ? _leadership.Next : term.Lost;
            await change.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested) break;
            if (term is null) await LeadAsync(_leadership.Next.Result).ConfigureAwait(false);
            else await StandByAsync(term).ConfigureAwait(false);
        }
    }

    private async Task StandByAsync(RedisTerm term)
    {
        _log.Error("another server leads; standing by");
        var before = Services;
        Services = OpenStandby();
        _relay = NewRelay();
        _requests!.Switch(Services.Screen, _relay);
        _term = null;
        // First, so that the leader becomes known: hooks may take their time.
        _leadership.Release(term);
        await before.DisposeAsync().ConfigureAwait(false);
    }

    private async Task LeadAsync(RedisTerm term)
    {
        var before = Services;
        try
        {
            Services = Open(term, isFirst: false);
        }
        catch (Exception e)
        {
            // Any exception: this server still relays then.
            _log.Error($"cannot lead: {(e is StorageException ? e.Message : Log.Describe(e))}");
            _leadership.Release(term);
            // Another server may be able to.
            await Task.Delay(_options.LeadTimeout, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        _requests!.Switch(Services.Screen, relay: null);
        _relay?.Dispose();
        _relay = null;
        _log.Info($"this server leads from now on, {Services.Describe()}");
        await before.DisposeAsync().ConfigureAwait(false);
    }

    private LeaderRelay NewRelay() =>
        new(() => _leadership.Leader is var (url, token) ? new LeaderAddress(url, token) : null, RelayTime, RelayPatience, _log);
}
