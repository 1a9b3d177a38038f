using System.Net;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Http.Serving;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;

namespace NexRender.Listener;

/// <summary>The server without its listener: handles the requests that it is given.</summary>
public sealed class NexRenderHandler : IAsyncDisposable
{
    private readonly ServerServices? _services;
    private readonly ServerTerms? _terms;
    private readonly RefusalLog _refusals;

    internal NexRenderHandler(ListenerOptions options)
    {
        string Name(string option) => $"{nameof(ListenerOptions)}.{option}";
        if ((SecretRules.Check(options, Name) ?? HookRules.Check(options, Name) ?? StoreRules.Check(options, Name)) is { } problem)
            throw new StartupException(problem);
        Log = CreateLog(options);
        Numbers = new ServerNumbers(Product.Version, options.Clock);
        _refusals = new RefusalLog(Log, options.Clock);
        var settings = options.ServiceSettings;
        try
        {
            if (StoreRules.Settings(options) is { } redis)
            {
                _terms = new ServerTerms(
                    redis, storage => new ServerServices(storage, settings, Numbers, Log, _refusals), Numbers.Flushes.Add, Log);
            }
            else
            {
                _services = new ServerServices(OpenDatabase(options), settings, Numbers, Log, _refusals);
            }
        }
        catch (Exception e)
        {
            _refusals.Dispose();
            Log.Dispose();
            if (StartupErrors.IsReason(e)) throw StartupErrors.Translate(e);
            throw;
        }
        Numbers.JournalBytes = () => Services.Storage.JournalLength;
        Numbers.Survives = () => Services.Storage.Survives;
        var trimmer = new MemoryTrimmer(() => Services.Store.ReleasedBytes, () => Services.Store.IsCheckpointing);
        Requests = new RequestHandler(Services.Screen, new ResponseWriter(Product.Token), options.Limits, Log, _refusals, trimmer)
        {
            Unrouted = Numbers.Unrouted,
        };
        _terms?.Start(Requests);
    }

    internal Log Log { get; }

    internal RequestHandler Requests { get; }

    /// <summary>Figures about the server itself.</summary>
    internal ServerNumbers Numbers { get; }

    /// <summary>True if every change of a job is durable.</summary>
    internal bool IsDurable => Services.Store.IsDurable;

    /// <summary>The number of pickups that are held until a job fits.</summary>
    internal int HeldPickups => Services.Store.Pickups.HeldPickups;

    private ServerServices Services => _terms?.Services ?? _services!;

    /// <summary>Handles one request and closes its response; never throws.</summary>
    /// <param name="context">A context of the caller's own listener.</param>
    /// <returns>A task that completes when the response has been sent.</returns>
    public Task HandleAsync(HttpListenerContext context) => Requests.HandleAsync(context);

    /// <summary>Responds to the requests in flight, writes a final checkpoint and releases the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await Requests.DrainAsync().ConfigureAwait(false);
        if (_terms is not null) await _terms.DisposeAsync().ConfigureAwait(false);
        else await _services!.DisposeAsync().ConfigureAwait(false);
        Requests.Dispose();
        _refusals.Dispose();
        Log.Dispose();
    }

    /// <summary>Describes the jobs and their place, for the first line of the log.</summary>
    internal string Describe() => Services.Storage.IsStandby
        ? $"stands by, database {Services.Storage.Location}"
        : Services.Describe() + (_terms is null ? "" : $", what is answered survives {Services.Storage.Survives}");

    private static Log CreateLog(ListenerOptions options) => new(
        logsChanges: options.Verbosity != Verbosity.Quiet,
        logsRequests: options.Verbosity == Verbosity.Verbose,
        options.Clock,
        Console.OpenStandardOutput(),
        Console.OpenStandardError(),
        writesJson: options.LogFormat == LogFormat.Json);

    private Database OpenDatabase(ListenerOptions options)
    {
        var storage = options.Storage with { Recover = options.Recover, Synced = Numbers.Flushes.Add };
        return Database.Open(options.DatabasePath(), storage, Log.Info, Log.Error);
    }
}
