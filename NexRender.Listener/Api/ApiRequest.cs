namespace NexRender.Listener.Api;

/// <summary>What a handler gets to see of a request.</summary>
internal abstract class ApiRequest
{
    /// <summary>The parameter of the path, decoded; empty where the route has none.</summary>
    public required string Parameter { get; init; }

    /// <summary>The body; valid only until the handler has answered.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Who submits a job: whom a proxy forwards for, or the address that the request came from.</summary>
    public string Creator => Header("x-forwarded-for") ?? Peer;

    /// <summary>Who takes a job or reports about it: the name that a worker gives itself, or else the same.</summary>
    public string Executor => Header("nexrender-name") ?? Creator;

    /// <summary>The address that the request came from.</summary>
    protected abstract string Peer { get; }

    /// <summary>The value of a header; <c>null</c> where there is none.</summary>
    protected abstract string? Header(string name);
}
