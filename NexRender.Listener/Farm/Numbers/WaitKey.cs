namespace NexRender.Listener.Farm.Numbers;

/// <summary>The place of a queued job among those that wait; the one that has waited longest is the first.</summary>
internal readonly record struct WaitKey(long Since, string Uid) : IComparable<WaitKey>
{
    public int CompareTo(WaitKey other) =>
        Since.CompareTo(other.Since) is var byTime and not 0 ? byTime : string.CompareOrdinal(Uid, other.Uid);
}
