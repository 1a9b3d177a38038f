namespace NexRender.Listener.Http;

/// <summary>What a client may take of the server; tests choose smaller limits.</summary>
internal sealed record HttpLimits
{
    /// <summary>The largest body, in bytes.</summary>
    public int Body { get; init; } = 104_857_600;

    /// <summary>How many bytes all bodies that are being read may take together.</summary>
    public long BodiesInFlight { get; init; } = 256 << 20;

    /// <summary>The longest request target, in characters.</summary>
    public int Target { get; init; } = 8192;

    /// <summary>How long a client may take for a body or an answer, besides the time that its length is granted.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The speed, in bytes a second, below which a client is given up.</summary>
    public int SlowestClient { get; init; } = 64 << 10;

    /// <summary>How long the rest of an unwanted body is read for, so that the answer is not lost with it.</summary>
    public TimeSpan Courtesy { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for the requests in flight.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1.5);
}
