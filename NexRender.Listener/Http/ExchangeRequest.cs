using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>What a handler gets to see of an exchange; headers are looked up only when somebody asks.</summary>
internal sealed class ExchangeRequest(Exchange exchange) : ApiRequest
{
    protected override string Peer => exchange.Peer;

    protected override string? Header(string name) => exchange.Request.Headers[name];
}
