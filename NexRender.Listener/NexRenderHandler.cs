using System.Net;
using NexRender.Listener.Api;
using NexRender.Listener.Farm;
using NexRender.Listener.Http;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>The server without its listener: answers the requests that it is given.</summary>
public sealed class NexRenderHandler : IAsyncDisposable
{
    private readonly JobStore _store;
    private readonly LeaseMonitor _leases;
    private readonly ChangeLog? _changes;
    private readonly RefusalLog _refusals;

    internal NexRenderHandler(ListenerOptions options)
    {
        Log = new Log(options.Verbosity, options.Clock, Console.OpenStandardOutput(), Console.OpenStandardError());
        var database = Database.Open(options.DatabasePath(), options.Storage with { Recover = options.Recover }, Log.Info, Log.Error);
        try
        {
            _store = JobStore.Open(database, options.Ordering, options.Rules(), options.Clock);
        }
        catch
        {
            database.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Log.Dispose();
            throw;
        }
        _refusals = new RefusalLog(Log, options.Clock);
        if (Log.LogsChanges) _changes = new ChangeLog(_store.Feed, Log);
        var router = new Router(Routes.All(_store, _refusals));
        Requests = new RequestHandler(router, new SecretAuthentication(options.Secret), options.Limits, Log, _refusals);
        _leases = new LeaseMonitor(_store, Log, options.Clock);
    }

    internal Log Log { get; }

    internal RequestHandler Requests { get; }

    /// <summary>Answers one request and closes its response; never throws.</summary>
    /// <param name="context">A context of the caller's own listener.</param>
    /// <returns>A task that completes when the answer has been sent.</returns>
    public Task HandleAsync(HttpListenerContext context) => Requests.Handle(context);

    /// <summary>Answers the requests in flight, brings the database to rest and releases it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Requests.Drain().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        if (_changes is not null) await _changes.DisposeAsync().ConfigureAwait(false);
        Requests.Dispose();
        _refusals.Dispose();
        Log.Dispose();
    }

    /// <summary>The jobs and where they are, for the first line of the log.</summary>
    internal string Describe()
    {
        var states = _store.CountByState();
        var total = states.Values.Sum();
        var details = total == 0 ? "" : $" ({string.Join(", ", states.Select(state => $"{state.Value} {state.Key}"))})";
        return $"{total} {(total == 1 ? "job" : "jobs")}{details}, database {_store.Location}";
    }
}
