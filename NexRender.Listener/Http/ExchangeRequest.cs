using NexRender.Listener.Api;

namespace NexRender.Listener.Http;

/// <summary>A request of an exchange as handlers see it; headers and query are read on demand.</summary>
internal sealed class ExchangeRequest(Exchange exchange, CancellationToken stopping) : ApiRequest
{
    public override string RemoteAddress => exchange.RemoteAddress;

    public override CancellationToken Disconnected => exchange.Disconnected;

    public override bool HasClosed => exchange.HasClosed;

    public override bool MayWait => exchange.MayWait;

    public override string Path => RequestTarget.Path(exchange.Target);

    protected override CancellationToken Stopping => stopping;

    protected override string RawQuery => RequestTarget.Query(exchange.Target);

    protected override void SuspendDeadline() => exchange.SuspendDeadline();

    public override string? Header(string name) => exchange.Header(name);
}
