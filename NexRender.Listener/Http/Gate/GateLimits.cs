namespace NexRender.Listener.Http.Gate;

/// <summary>The limits of the gate, each with its reason and the status beyond it. Tests choose smaller ones.</summary>
internal sealed record GateLimits
{
    /// <summary>The largest head of a request, in bytes (431). It is Node's, so that every request to the original fits.</summary>
    public int Head { get; init; } = 16 << 10;

    /// <summary>The longest request target, in bytes (414). Half of a head leaves room for the headers.</summary>
    public int Target { get; init; } = 8 << 10;

    /// <summary>The largest trailers of a chunked body, in bytes (431). They are dropped, so that the size of a head is ample.</summary>
    public int Trailers { get; init; } = 16 << 10;

    /// <summary>The longest size line of a chunk, extensions included, in bytes (400). Clients send up to eight digits.</summary>
    public int ChunkLine { get; init; } = 256;

    /// <summary>The largest body, in bytes (413). It is that of the original.</summary>
    public long Body { get; init; } = 104_857_600;

    /// <summary>The memory of all bodies in flight, in bytes (503). Two bodies of the largest size fit.</summary>
    public long BodiesInFlight { get; init; } = 256 << 20;

    /// <summary>The longest wait for memory or for an inner connection (503). A burst is over by then.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most requests that the inner listener works on at once. It is as many as it serves at its highest rate.</summary>
    public int Turns { get; init; } = 256;

    /// <summary>The time after which a request that still has no response does not count among these: it waits for something.</summary>
    public TimeSpan TurnTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The time from the start of a connection to the end of its first head (408). A client connects to send a request.</summary>
    public TimeSpan FirstHead { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time from a response to the end of the next head. It is announced, so that clients do not run into it.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time without any progress of a body (408) or of a response. A slow client still makes some.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time for a complete body (408). Over an uplink of 16 KB a second, 14 MB arrive in it.</summary>
    public TimeSpan BodyTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The time that the gate reads from a client after its last response, so that no reset overtakes the response.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time for a response after the client has closed its sending direction. Most such clients have disconnected.</summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most client connections (503); zero for half of the open files that are left.</summary>
    public int Connections { get; init; }

    /// <summary>
    /// The most client connections of one address (503); zero for a quarter of all, but at least 512: a farm behind one router has one
    /// address.
    /// </summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>The open files reserved for the database, the log and the system.</summary>
    public int ReservedFiles { get; init; } = 64;
}
