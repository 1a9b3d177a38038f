using System.Net;

namespace NexRender.Listener;

/// <summary>The server without its listener: answers the requests that it is given.</summary>
public sealed class NexRenderHandler : IAsyncDisposable
{
    internal NexRenderHandler() { }

    /// <summary>Answers one request and closes its response.</summary>
    /// <param name="context">A context of the caller's own listener.</param>
    /// <returns>A task that completes when the answer has been sent.</returns>
    public Task HandleAsync(HttpListenerContext context) => throw new NotSupportedException();

    /// <summary>Brings the database to rest and releases it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
