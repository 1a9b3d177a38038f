using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Gate;

/// <summary>The objects that all connections of a gate share.</summary>
internal sealed class GateServices(GateLimits limits, InnerPool pool, RequestHandler handler, string product, Log log)
{
    public GateLimits Limits => limits;

    public InnerPool Pool => pool;

    /// <summary>The requests that the inner listener works on, and those that wait for it.</summary>
    public TurnQueue Turns { get; } = new(limits.Turns, limits.TurnTime);

    public BodyBudget Bodies { get; } = new(limits.BodiesInFlight, limits.Wait, handler.Trimmer);

    /// <summary>Returns memory to the system after a burst.</summary>
    public MemoryTrimmer Trimmer => handler.Trimmer;

    /// <summary>The requests that a stop waits for.</summary>
    public RequestsInFlight InFlight { get; } = new();

    /// <summary>The streamed responses, which the inner listener ends when it stops.</summary>
    public RequestsInFlight Streams { get; } = new();

    public Log Log => log;

    public GateResponse Response { get; } = new(product);

    /// <summary>Counts the requests that the gate answers itself.</summary>
    public RequestCounts Unrouted => handler.Unrouted;

    /// <summary>The end of the head of a response after which the connection stays open.</summary>
    public byte[] KeepAliveLines { get; } =
        Encoding.ASCII.GetBytes($"Connection: keep-alive\r\nKeep-Alive: timeout={(int)limits.Idle.TotalSeconds}\r\n\r\n");

    /// <summary>The end of the head of a response after which the connection is closed.</summary>
    public static ReadOnlySpan<byte> CloseLines => "Connection: close\r\n\r\n"u8;

    /// <summary>Decides about a request before its body is received.</summary>
    /// <param name="head">The head of the request.</param>
    /// <param name="remoteAddress">The address of the client, for the log.</param>
    /// <param name="needsBody">True if the route of the request reads the body.</param>
    /// <returns>The response to a request that is refused whatever its body contains; otherwise <c>null</c>.</returns>
    /// <exception cref="HttpStatusException">The path is not valid.</exception>
    public ApiResponse? Screen(RequestHead head, string remoteAddress, out bool needsBody)
    {
        var refusal = handler.Screen.Check(head, out var match);
        if (refusal is not null) handler.LogRefusal(head, remoteAddress, refusal);
        needsBody = match is not null && RequestScreen.ReadsBody(match.Route, head);
        return refusal;
    }
}
