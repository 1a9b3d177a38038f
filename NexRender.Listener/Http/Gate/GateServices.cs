using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Gate;

/// <summary>The objects that all connections of a gate share.</summary>
internal sealed class GateServices(GateLimits limits, InnerPool pool, RequestHandler handler, string product, Log log)
{
    public GateLimits Limits => limits;

    public InnerPool Pool => pool;

    public BodyBudget Bodies { get; } = new(limits.BodiesInFlight, limits.Wait);

    public RequestsInFlight InFlight { get; } = new();

    public Log Log => log;

    public GateReply Reply { get; } = new(product);

    /// <summary>The end of a response head if the connection is kept open.</summary>
    public byte[] KeepAliveLines { get; } =
        Encoding.ASCII.GetBytes($"Connection: keep-alive\r\nKeep-Alive: timeout={(int)limits.Idle.TotalSeconds}\r\n\r\n");

    /// <summary>The end of a response head if the connection is closed.</summary>
    public static ReadOnlySpan<byte> CloseLines => "Connection: close\r\n\r\n"u8;

    /// <summary>Returns the error response to a request that is rejected by its head; <c>null</c> if its body is to be received.</summary>
    public ApiResponse? Screen(RequestHead head, string remoteAddress)
    {
        var refusal = handler.Screen.Check(head, out _);
        if (refusal is not null) handler.LogRefusal(head, remoteAddress, refusal);
        return refusal;
    }
}
