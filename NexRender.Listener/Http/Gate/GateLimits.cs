namespace NexRender.Listener.Http.Gate;

/// <summary>The limits of requests and connections, with their reasons; tests choose smaller ones.</summary>
internal sealed record GateLimits
{
    /// <summary>The maximum length of a request head in bytes (431): the limit of Node, on which the original server runs.</summary>
    public int Head { get; init; } = 16 << 10;

    /// <summary>The maximum length of a request target in bytes (414): half of a head, which leaves space for the headers.</summary>
    public int Target { get; init; } = 8 << 10;

    /// <summary>The maximum length of the trailers of a chunked body in bytes (431): the same as that of a head.</summary>
    public int Trailers { get; init; } = 16 << 10;

    /// <summary>The maximum length of a chunk-size line including extensions (400): clients send up to eight digits.</summary>
    public int ChunkLine { get; init; } = 256;

    /// <summary>The maximum length of a body in bytes (413): the limit of the original server.</summary>
    public long Body { get; init; } = 104_857_600;

    /// <summary>The maximum number of bytes of all bodies in memory: two of the maximum length, affordable on a small machine.</summary>
    public long BodiesInFlight { get; init; } = 256 << 20;

    /// <summary>The maximum wait for <see cref="BodiesInFlight"/> or for an inner connection (503): a burst is shorter.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time limit for the first head of a connection (408): clients connect when they have a request to send.</summary>
    public TimeSpan FirstHead { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time limit for each further head, idle time included; announced to clients in <c>Keep-Alive</c>.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The maximum time without progress while a body is received (408) or a response is sent.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time limit for a complete body (408): enough for 14 MB over an uplink of 16 KB/s.</summary>
    public TimeSpan BodyTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The time for which input is discarded before closing, so that a reset does not destroy the response in transit.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time that a request still gets after the client has shut down its sending side (half-close).</summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of client connections; zero for half of the available open files.</summary>
    public int Connections { get; init; }

    /// <summary>The maximum per address; zero for a quarter of all, at least 512, because a farm behind NAT has one address.</summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>The number of open files that are reserved for the database, the log and the runtime.</summary>
    public int ReservedFiles { get; init; } = 64;
}
