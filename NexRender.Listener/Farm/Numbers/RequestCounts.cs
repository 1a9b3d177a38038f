namespace NexRender.Listener.Farm.Numbers;

/// <summary>
/// Counts requests by status and duration, from any thread. Counting one costs three atomic additions and allocates nothing.
/// </summary>
internal sealed class RequestCounts
{
    // Every status that the server sends; the first place is for requests that ended without a response, or with another status.
    private static readonly int[] Statuses =
        [0, 200, 304, 400, 403, 404, 405, 408, 409, 411, 413, 414, 415, 417, 422, 429, 431, 500, 501, 502, 503, 505, 507];

    private static readonly byte[] Places = PlacesOf(Statuses);

    private readonly long[] _byStatus = new long[Statuses.Length];

    /// <summary>The times from the head of a request to the end of its response.</summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>Counts a request whose duration was not measured.</summary>
    /// <param name="status">The status of the response; 0 if there was none.</param>
    public void Add(int status) => Interlocked.Increment(ref _byStatus[(uint)status < (uint)Places.Length ? Places[status] : 0]);

    /// <param name="status">The status of the response; 0 if there was none.</param>
    /// <param name="duration">The time from the head of the request to the end of the response.</param>
    public void Add(int status, TimeSpan duration)
    {
        Add(status);
        Durations.Add(duration);
    }

    /// <summary>Returns the statuses that were counted, with their numbers.</summary>
    public IEnumerable<(int Status, long Count)> ByStatus()
    {
        for (var i = 0; i < Statuses.Length; i++)
        {
            if (Interlocked.Read(ref _byStatus[i]) is > 0 and var count) yield return (Statuses[i], count);
        }
    }

    private static byte[] PlacesOf(int[] statuses)
    {
        var places = new byte[statuses[^1] + 1];
        for (var i = 0; i < statuses.Length; i++) places[statuses[i]] = (byte)i;
        return places;
    }
}
