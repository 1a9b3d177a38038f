namespace NexRender.Listener.Http;

/// <summary>Limits of requests and responses; tests choose smaller ones.</summary>
internal sealed record HttpLimits
{
    /// <summary>The largest body of a request, in bytes; 100 MB, as the original has it.</summary>
    public int MaxRequestBodySize { get; init; } = 104_857_600;

    /// <summary>The memory of all bodies that are being read or handled, in bytes.</summary>
    public long MaxBufferedBodyBytes { get; init; } = 256 << 20;

    /// <summary>The longest request target, in characters.</summary>
    public int MaxRequestTargetLength { get; init; } = 8192;

    /// <summary>The time for a body or a response, in addition to what its length is granted at <see cref="MinDataRate"/>.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The data rate, in bytes a second, below which a client is disconnected.</summary>
    public int MinDataRate { get; init; } = 64 << 10;

    /// <summary>The time for draining an unwanted body, so that a client that is still sending sees the response.</summary>
    public TimeSpan BodyDrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time that a stop waits for the requests in flight.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(1.5);
}
