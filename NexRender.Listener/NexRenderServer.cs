namespace NexRender.Listener;

/// <summary>A running server, and the two entry points for programs that embed it.</summary>
public sealed class NexRenderServer : IAsyncDisposable
{
    private NexRenderServer() => Completion = Task.CompletedTask;

    /// <summary>Completes when the server has stopped.</summary>
    public Task Completion { get; }

    /// <summary>Starts a server and returns it running.</summary>
    /// <param name="port">The TCP port, 1 to 65535.</param>
    /// <param name="secret">What every request must carry in <c>nexrender-secret</c>; <c>null</c> or empty for no secret.</param>
    /// <param name="options">Everything else; its port and secret are overruled by the first two arguments.</param>
    public static NexRenderServer Listen(int port = 3000, string? secret = null, ListenerOptions? options = null) =>
        throw new NotSupportedException();

    /// <summary>Returns a handler for the requests of the caller's own <see cref="System.Net.HttpListener"/>.</summary>
    /// <param name="secret">What every request must carry in <c>nexrender-secret</c>; <c>null</c> or empty for no secret.</param>
    /// <param name="options">Everything else; port and host are not used.</param>
    public static NexRenderHandler CreateHandler(string? secret = null, ListenerOptions? options = null) =>
        throw new NotSupportedException();

    /// <summary>Answers the requests in flight, brings the database to rest and frees the port.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
