using System.Net;
using NexRender.Listener.Api;
using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>The server without its listener: handles the requests that it is given.</summary>
public sealed class NexRenderHandler : IAsyncDisposable
{
    private readonly JobStore _store;
    private readonly FarmServices _farm;
    private readonly LeaseMonitor _leases;
    private readonly RetentionMonitor _retention;
    private readonly RefusalLog _refusals;

    internal NexRenderHandler(ListenerOptions options)
    {
        string Name(string option) => $"{nameof(ListenerOptions)}.{option}";
        if ((SecretRules.Check(options, Name) ?? HookRules.Check(options, Name)) is { } problem) throw new StartupException(problem);
        Log = CreateLog(options);
        try
        {
            var numbers = new ServerNumbers(Product.Version, options.Clock);
            _store = OpenStore(options, numbers.Flushes.Add, Log, out var database);
            numbers.JournalBytes = () => database.JournalLength;
            _farm = new FarmServices(_store, database.Farm, options.Clock, numbers)
            {
                Hooks = OpenHooks(HookRules.Settings(options), database.Hooks, _store, Log, options.Clock),
            };
        }
        catch (Exception e)
        {
            Log.Dispose();
            if (StartupErrors.IsReason(e)) throw StartupErrors.Translate(e);
            throw;
        }
        _refusals = new RefusalLog(Log, options.Clock);
        if (Log.LogsChanges) _store.Feed.Add(new ChangeLog(Log));
        _farm.Start(_store);
        var services = new RouteServices(_store, _farm, Log, _refusals, options.Clock)
        {
            PickupWait = options.PickupWait,
            OpensMetrics = options.OpenMetrics,
        };
        var router = new Router(Routes.All(services));
        var secrets = new SecretAuthentication(options.Secret, options.ReadSecret, options.SubmitSecret);
        var screen = new RequestScreen(router, secrets, new BodyRules(options.Limits), options.Limits);
        var trimmer = new MemoryTrimmer(() => _store.ReleasedBytes, () => _store.IsCheckpointing);
        Requests = new RequestHandler(screen, new ResponseWriter(Product.Token), options.Limits, Log, _refusals, trimmer)
        {
            Unrouted = _farm.Numbers.Unrouted,
        };
        _leases = new LeaseMonitor(_store, Log, options.Clock);
        _retention = new RetentionMonitor(_store, options.RetentionPolicy, _farm.Numbers.Retention, Log, options.Clock);
    }

    internal Log Log { get; }

    internal RequestHandler Requests { get; }

    /// <summary>Figures about the server itself.</summary>
    internal ServerNumbers Numbers => _farm.Numbers;

    /// <summary>True if every change of a job is durable.</summary>
    internal bool IsDurable => _store.IsDurable;

    /// <summary>The number of pickups that are held until a job fits.</summary>
    internal int HeldPickups => _store.Pickups.HeldPickups;

    /// <summary>Handles one request and closes its response; never throws.</summary>
    /// <param name="context">A context of the caller's own listener.</param>
    /// <returns>A task that completes when the response has been sent.</returns>
    public Task HandleAsync(HttpListenerContext context) => Requests.HandleAsync(context);

    /// <summary>Responds to the requests in flight, writes a final checkpoint and releases the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await Requests.DrainAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _retention.DisposeAsync().ConfigureAwait(false);
        // Before the store, which lets another server have the files. The next start finds the changes that are published after this.
        if (_farm.Hooks is { } hooks) await hooks.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _farm.Dispose();
        Requests.Dispose();
        _refusals.Dispose();
        Log.Dispose();
    }

    /// <summary>Describes the jobs and their place, for the first line of the log.</summary>
    internal string Describe()
    {
        var states = _store.Reader.CountByState();
        var total = states.Values.Sum();
        var details = total == 0 ? "" : $" ({string.Join(", ", states.Select(state => $"{state.Value} {state.Key}"))})";
        var paused = _farm.Pauses.IsQueuePaused ? ", the queue is paused" : "";
        return $"{total} {(total == 1 ? "job" : "jobs")}{details}, database {_store.Location}{paused}";
    }

    private static Log CreateLog(ListenerOptions options) => new(
        logsChanges: options.Verbosity != Verbosity.Quiet,
        logsRequests: options.Verbosity == Verbosity.Verbose,
        options.Clock,
        Console.OpenStandardOutput(),
        Console.OpenStandardError(),
        writesJson: options.LogFormat == LogFormat.Json);

    private static HookService? OpenHooks(HookSettings settings, ISideFile file, JobStore store, Log log, TimeProvider clock)
    {
        if (settings.IsAny) return new HookService(settings, file, store.Reader, log, clock);
        // Left there, it would make a later start with hooks report what has ended since.
        var (undelivered, handed) = UndeliveredFile.Read(file, log);
        if (handed is null) return null;
        if (undelivered.Count > 0) log.Error($"undelivered hooks dropped, because there are no hooks any more: {undelivered.Count}");
        file.Delete();
        return null;
    }

    private static JobStore OpenStore(ListenerOptions options, Action<TimeSpan> synced, Log log, out Database database)
    {
        var storage = options.Storage with { Recover = options.Recover, Synced = synced };
        database = Database.Open(options.DatabasePath(), storage, log.Info, log.Error);
        try
        {
            return JobStore.Open(database, options.Ordering, options.RetryPolicy, options.Clock);
        }
        catch
        {
            database.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }
}
