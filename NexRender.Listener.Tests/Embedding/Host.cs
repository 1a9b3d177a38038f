using System.Net;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Embedding;

/// <summary>A program with a listener of its own.</summary>
internal sealed class Host : IAsyncDisposable
{
    /// <summary>A request without the end of its body.</summary>
    public const string HalfRequest =
        "POST /api/v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{";

    private readonly HttpListener _listener = new();
    private readonly List<Task> _handled = [];
    private Task _loop = Task.CompletedTask;

    public int Port { get; private init; }

    public Task[] Handled
    {
        get
        {
            lock (_handled) return [.. _handled];
        }
    }

    public static Host Start(NexRenderHandler handler)
    {
        var host = new Host { Port = Ports.Free() };
        host._listener.Prefixes.Add($"http://127.0.0.1:{host.Port}/");
        host._listener.Start();
        host._loop = host.Run(handler);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task Run(NexRenderHandler handler)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is ObjectDisposedException or HttpListenerException)
            {
                return;
            }

            if (context.Request.RawUrl == "/mine") context.Response.Close("mine"u8.ToArray(), willBlock: false);
            else lock (_handled) _handled.Add(handler.HandleAsync(context));
        }
    }
}
