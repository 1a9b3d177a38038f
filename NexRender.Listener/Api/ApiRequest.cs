namespace NexRender.Listener.Api;

/// <summary>What a handler gets to see of a request.</summary>
internal sealed class ApiRequest
{
    /// <summary>The parameter of the path, decoded; empty where the route has none.</summary>
    public required string Parameter { get; init; }

    /// <summary>The body; valid only until the handler has answered.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The name that a worker gives itself, if any.</summary>
    public string? WorkerName { get; init; }

    /// <summary>Whom a proxy forwards for, if any.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>The address that the request came from.</summary>
    public required string Peer { get; init; }

    /// <summary>Who submits a job.</summary>
    public string Creator => ForwardedFor ?? Peer;

    /// <summary>Who takes a job or reports about it.</summary>
    public string Executor => WorkerName ?? ForwardedFor ?? Peer;
}
