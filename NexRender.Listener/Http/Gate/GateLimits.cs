namespace NexRender.Listener.Http.Gate;

/// <summary>
/// What one client, and all clients together, may take of the process, each with its reason; tests choose smaller limits.
/// </summary>
internal sealed record GateLimits
{
    /// <summary>
    /// The longest head of a request, in bytes (431); Node's limit, so that no client of the original meets a smaller one.
    /// </summary>
    public int Head { get; init; } = 16 << 10;

    /// <summary>The longest request target, in bytes (414); half of a head, so that the headers have room beside it.</summary>
    public int Target { get; init; } = 8 << 10;

    /// <summary>
    /// The most bytes that the trailers of a chunked body may have (431); they are dropped, so they may be as long as a head.
    /// </summary>
    public int Trailers { get; init; } = 16 << 10;

    /// <summary>The longest size line of a chunk, extensions included (400); clients send a number of up to eight digits.</summary>
    public int ChunkLine { get; init; } = 256;

    /// <summary>The largest body, in bytes (413); the limit of the original.</summary>
    public long Body { get; init; } = 104_857_600;

    /// <summary>How many bytes of bodies may be in memory at once; two of the largest fit, and a small machine survives it.</summary>
    public long BodiesInFlight { get; init; } = 256 << 20;

    /// <summary>
    /// How long a request waits for a share of <see cref="BodiesInFlight"/>, or for a connection to the inside (503); a burst is over by
    /// then.
    /// </summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first head of a connection may take (408): a client connects because it has something to send.</summary>
    public TimeSpan FirstHead { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may be idle until its next head is complete; announced in <c>Keep-Alive</c>, so that clients do not run into
    /// it.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may send nothing while its body is awaited (408), or accept nothing of its answer.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a whole body may take (408): a body of 14 MB still arrives over an uplink of 16 KB a second.</summary>
    public TimeSpan BodyTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a client that was refused is still read from, so that a reset does not destroy the answer on its way.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a client that has closed its side is still answered: it may have closed only half of the connection.</summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most client connections; zero for half of what the limit of open files leaves.</summary>
    public int Connections { get; init; }

    /// <summary>
    /// The most connections of one address; zero for a quarter of all, but 512 at least: a farm behind one router has one address.
    /// </summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>The files that are kept for the database, the log and the system, out of the limit of open files.</summary>
    public int ReservedFiles { get; init; } = 64;
}
