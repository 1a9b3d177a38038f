using System.Runtime.CompilerServices;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Logging;

namespace NexRender.Listener;

/// <summary>A running server, and the two entry points for programs that embed it.</summary>
public sealed class NexRenderServer : IAsyncDisposable
{
    private readonly NexRenderHandler _handler;
    private readonly HttpServer _http;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isStopping;

    private NexRenderServer(ListenerOptions options)
    {
        _handler = new NexRenderHandler(options);
        try
        {
            _http = new HttpServer(ListenerFactory.Start(options.Host, options.Port), _handler.Requests, _handler.Log);
        }
        catch
        {
            _handler.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
        var secret = string.IsNullOrEmpty(options.Secret) ? "no secret" : "with a secret";
        _handler.Log.Info(
            $"nexrender-listener {ResponseWriter.Version} listens on http://{options.Host ?? "localhost"}:{options.Port}{(options.Host is null ? " (every interface)" : "")}, "
            + $"{_handler.Describe()}, {options.Ordering.ToName()}, {secret}");
    }

    /// <summary>Completes when the server has stopped; awaiting the server awaits this.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts a server and returns it running.</summary>
    /// <param name="port">The TCP port, 1 to 65535.</param>
    /// <param name="secret">What every request must carry in <c>nexrender-secret</c>; <c>null</c> or empty for no secret.</param>
    /// <param name="options">Everything else; its port and secret are overruled by the first two arguments.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is no port.</exception>
    /// <exception cref="StartupException">The port or the database cannot be had; the message says why, and what to do.</exception>
    public static NexRenderServer Listen(int port = 3000, string? secret = null, ListenerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        return new NexRenderServer((options ?? new ListenerOptions()) with { Port = port, Secret = secret });
    }

    /// <summary>Returns a handler for the requests of the caller's own <see cref="System.Net.HttpListener"/>.</summary>
    /// <param name="secret">What every request must carry in <c>nexrender-secret</c>; <c>null</c> or empty for no secret.</param>
    /// <param name="options">Everything else; port and host are not used.</param>
    /// <exception cref="StartupException">The database cannot be had; the message says why, and what to do.</exception>
    public static NexRenderHandler CreateHandler(string? secret = null, ListenerOptions? options = null) =>
        new((options ?? new ListenerOptions()) with { Secret = secret });

    /// <summary>Lets <c>await server</c> wait until the server has stopped.</summary>
    public TaskAwaiter GetAwaiter() => Completion.GetAwaiter();

    /// <summary>Answers the requests in flight, brings the database to rest and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await Stop(freesPort: true).ConfigureAwait(false)) _completion.TrySetResult();
        await Completion.ConfigureAwait(false);
    }

    /// <summary>Stops for the end of the process, with which the port goes: until then nobody gets an answer that is not the server's own.</summary>
    internal async Task StopForExit()
    {
        if (await Stop(freesPort: false).ConfigureAwait(false)) _completion.TrySetResult();
    }

    private async Task<bool> Stop(bool freesPort)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0) return false;
        _handler.Log.Info("stopping");
        await _http.Drain().ConfigureAwait(false);
        if (freesPort) _http.FreePort();
        await _handler.DisposeAsync().ConfigureAwait(false);
        return true;
    }
}
