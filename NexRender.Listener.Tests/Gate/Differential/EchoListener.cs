using System.Net;
using System.Text;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Startup;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>A real HttpListener behind the gate that answers each request with what it has understood of it.</summary>
internal sealed class EchoListener
{
    public const string HeadHeader = "understood-head";
    public const string BodyHeader = "understood-body";

    private static readonly HashSet<string> OfTheGate =
        new(StringComparer.OrdinalIgnoreCase) { "Host", "Content-Length", Envelope.HeaderName };

    private readonly HttpListener _listener;
    private readonly InnerEndpoint _endpoint;

    public EchoListener()
    {
        _listener = ListenerFactory.StartInner(out _endpoint);
        for (var i = 0; i < 4; i++) _ = Accept();
    }

    public InnerEndpoint Endpoint => _endpoint;

    public void Stop() => _listener.Prefixes.Clear();

    private async Task Accept()
    {
        while (true) _ = Answer(await _listener.GetContextAsync());
    }

    private async Task Answer(HttpListenerContext context)
    {
        var exchange = new Exchange(context, new HttpLimits(), _endpoint);
        var headers = exchange.Request.Headers.AllKeys.OfType<string>().Where(name => !OfTheGate.Contains(name))
            .Select(name => (name.ToLowerInvariant(), exchange.Header(name) ?? ""));
        var head = exchange.IsForbidden
            ? "forbidden"
            : UnderstoodRequest.Describe(exchange.Method, exchange.Target, exchange.Header("Host") ?? "", headers);
        var body = new MemoryStream();
        if (exchange.HasBody) await exchange.Request.InputStream.CopyToAsync(body, 1_024);
        context.Response.StatusCode = 200;
        context.Response.KeepAlive = true;
        context.Response.Headers[HeadHeader] = Convert.ToBase64String(Encoding.Latin1.GetBytes(head));
        context.Response.Headers[BodyHeader] = Convert.ToHexString(body.ToArray());
        context.Response.ContentLength64 = 0;
        context.Response.Close();
    }
}
