using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>A request of an exchange as handlers see it; headers and query are read on demand.</summary>
internal sealed class ExchangeRequest(Exchange exchange) : ApiRequest
{
    public override string RemoteAddress => exchange.RemoteAddress;

    public override CancellationToken Disconnected => exchange.Disconnected;
    public override string Path => RequestTarget.Path(exchange.Target);

    protected override string RawQuery => RequestTarget.Query(exchange.Target);

    public override string? Header(string name) => exchange.Header(name);
}
