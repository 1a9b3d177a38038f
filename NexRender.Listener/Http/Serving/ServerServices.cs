using NexRender.Listener.Api;
using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Http.Serving;

/// <summary>The services over an open storage: the jobs, the listeners of their changes, and the routes.</summary>
internal sealed class ServerServices : IAsyncDisposable
{
    private readonly LeaseMonitor? _leases;
    private readonly RetentionMonitor? _retention;

    /// <param name="storage">The storage, which the services own from here on.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="numbers">The numbers of the server.</param>
    /// <param name="log">The log.</param>
    /// <param name="refusals">The log of refusals.</param>
    /// <exception cref="StorageException">The storage cannot be read.</exception>
    public ServerServices(IServerStorage storage, ServiceSettings settings, ServerNumbers numbers, Log log, RefusalLog refusals)
    {
        Storage = storage;
        try
        {
            Store = JobStore.Open(storage, settings.Ordering, settings.RetryPolicy, settings.Clock);
            Farm = new FarmServices(Store, storage.Farm, settings.Clock, numbers)
            {
                Hooks = storage.IsStandby ? null : OpenHooks(settings, storage.Hooks, Store, log),
            };
        }
        catch
        {
            // The jobs close their storage.
            (Store?.DisposeAsync() ?? storage.DisposeAsync()).AsTask().GetAwaiter().GetResult();
            throw;
        }
        if (log.LogsChanges) Store.Feed.Add(new ChangeLog(log));
        Farm.Start(Store);
        var services = new RouteServices(Store, Farm, log, refusals, settings.Clock)
        {
            PickupWait = settings.PickupWait,
            OpensMetrics = settings.OpensMetrics,
        };
        var router = new Router(Routes.All(services));
        Screen = new RequestScreen(router, settings.Secrets, new BodyRules(settings.Limits), settings.Limits);
        if (storage.IsStandby) return;
        _leases = new LeaseMonitor(Store, log, settings.Clock);
        _retention = new RetentionMonitor(Store, settings.RetentionPolicy, numbers.Retention, log, settings.Clock);
    }

    public IServerStorage Storage { get; }

    public JobStore Store { get; }

    public FarmServices Farm { get; }

    /// <summary>The routes, and who may use them.</summary>
    public RequestScreen Screen { get; }

    /// <summary>Describes the jobs and their place, for the first line of the log.</summary>
    public string Describe()
    {
        var states = Store.Reader.CountByState();
        var total = states.Values.Sum();
        var details = total == 0 ? "" : $" ({string.Join(", ", states.Select(state => $"{state.Value} {state.Key}"))})";
        var paused = Farm.Pauses.IsQueuePaused ? ", the queue is paused" : "";
        return $"{total} {(total == 1 ? "job" : "jobs")}{details}, database {Store.Location}{paused}";
    }

    /// <summary>Writes what is queued, and releases the storage.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leases is not null) await _leases.DisposeAsync().ConfigureAwait(false);
        if (_retention is not null) await _retention.DisposeAsync().ConfigureAwait(false);
        // Before the store, which lets another server have the files. The next start finds the changes that are published after this.
        if (Farm.Hooks is { } hooks) await hooks.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        Farm.Dispose();
    }

    private static HookService? OpenHooks(ServiceSettings settings, ISideFile file, JobStore store, Log log)
    {
        if (settings.Hooks.IsAny) return new HookService(settings.Hooks, file, store.Reader, log, settings.Clock);
        // Left there, it would make a later start with hooks report what has ended since.
        var (undelivered, handed) = UndeliveredFile.Read(file, log);
        if (handed is null) return null;
        if (undelivered.Count > 0) log.Error($"undelivered hooks dropped, because there are no longer any hooks: {undelivered.Count}");
        file.Delete();
        return null;
    }
}
