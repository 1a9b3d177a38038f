using System.Runtime.CompilerServices;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Logging;

namespace NexRender.Listener;

/// <summary>A running server, and the two entry points for programs that embed it.</summary>
public sealed class NexRenderServer : IAsyncDisposable
{
    private readonly NexRenderHandler _handler;
    private readonly IFrontDoor _door;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isStopping;

    private NexRenderServer(ListenerOptions options)
    {
        _handler = new NexRenderHandler(options);
        try
        {
            _door = Open(options);
        }
        catch (Exception e)
        {
            _handler.DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (StartupErrors.IsReason(e)) throw StartupErrors.Translate(e);
            throw;
        }
        _handler.Numbers.Connections = () => _door.OpenConnections;
        LogStart(options);
    }

    /// <summary>Completes when the server has stopped; awaiting the server awaits this.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts a server and returns it running.</summary>
    /// <param name="port">The TCP port, 1 to 65535; <c>null</c> for that of the options.</param>
    /// <param name="secret">The secret that requests must carry, or empty for none; <c>null</c> for that of the options.</param>
    /// <param name="options">The options; <c>null</c> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="StartupException">
    /// The port or the database is unavailable, or the secrets contradict each other; the message says why, and what to do.
    /// </exception>
    public static NexRenderServer Listen(int? port = null, string? secret = null, ListenerOptions? options = null)
    {
        options ??= new ListenerOptions();
        return new NexRenderServer(options with { Port = port ?? options.Port, Secret = secret ?? options.Secret });
    }

    /// <summary>Returns a handler for the requests of the caller's own <see cref="System.Net.HttpListener"/>.</summary>
    /// <remarks>
    /// The handler limits bodies, responses and their time, as <see cref="Listen"/> does. It has no gate, so that off Windows it cannot
    /// prevent what happens inside of the listener before it gets a request: heads of any size that arrive at any speed, a transfer coding
    /// that keeps others from connecting, memory that each POST without a length leaks, trailers that end the process, pipelined requests
    /// that are dropped, chunked bodies that end early and count as whole, and a listener that IPv6 clients do not reach. A listener that
    /// strangers can reach needs a proxy in front.
    /// </remarks>
    /// <param name="secret">The secret that requests must carry, or empty for none; <c>null</c> for that of the options.</param>
    /// <param name="options">The options, of which port and host are not used; <c>null</c> for the defaults.</param>
    /// <exception cref="StartupException">
    /// The database is unavailable, or the secrets contradict each other; the message names the obstacle and the remedy.
    /// </exception>
    public static NexRenderHandler CreateHandler(string? secret = null, ListenerOptions? options = null)
    {
        options ??= new ListenerOptions();
        return new NexRenderHandler(options with { Secret = secret ?? options.Secret });
    }

    /// <summary>True if every change of a job is durable.</summary>
    internal bool IsDurable => _handler.IsDurable;

    /// <summary>The number of pickups that are held until a job fits.</summary>
    internal int HeldPickups => _handler.HeldPickups;

    /// <summary>The part of the server that handles requests.</summary>
    internal RequestHandler Requests => _handler.Requests;

    /// <summary>The part of the server that clients connect to.</summary>
    internal IFrontDoor Door => _door;

    /// <summary>Makes <c>await server</c> wait until the server has stopped.</summary>
    public TaskAwaiter GetAwaiter() => Completion.GetAwaiter();

    /// <summary>Stops: responds to the requests in flight, writes a final checkpoint and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(freesPort: true).ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
    }

    /// <summary>
    /// Stops for the end of the process, and leaves the port bound until then, so that HttpListener never answers by itself.
    /// </summary>
    internal Task StopForExitAsync() => StopAsync(freesPort: false);

    private void LogStart(ListenerOptions options)
    {
        var secret = string.IsNullOrEmpty(options.Secret) ? "no secret" : "with a secret";
        if (!string.IsNullOrEmpty(options.ReadSecret)) secret += ", a read secret";
        if (!string.IsNullOrEmpty(options.SubmitSecret)) secret += ", a submit secret";
        _handler.Log.Info(
            $"nexrender-listener {Product.Version} listens on {_door.Description}, "
            + $"{_handler.Describe()}, {options.Ordering.ToName()}, {secret}");
        foreach (var notice in options.Notices) _handler.Log.Info(notice);
        string?[] secrets = [options.Secret, options.ReadSecret, options.SubmitSecret];
        if (secrets.Any(given => given is { Length: > 0 } && given != given.Trim()))
            _handler.Log.Info("ignoring whitespace around the secret");
    }

    private async Task StopAsync(bool freesPort)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0) return;
        _handler.Log.Info("stopping");
        await _door.DrainAsync(_handler.Requests.BeginStop()).ConfigureAwait(false);
        await _handler.Requests.DrainAsync().ConfigureAwait(false);
        if (freesPort) _door.FreePort();
        await _handler.DisposeAsync().ConfigureAwait(false);
        _completion.TrySetResult();
    }

    // HttpListener off Windows can only name IPv4 addresses, so that of the loopback interface only 127.0.0.1 can be left to it.
    private IFrontDoor Open(ListenerOptions options) => options.UsesGate
        ? GateServer.Start(options.Host, options.Port, options.Gate, _handler.Requests, Product.Token, _handler.Log)
        : HttpServer.Start(options.Host, options.Port, _handler.Requests, _handler.Log);
}
