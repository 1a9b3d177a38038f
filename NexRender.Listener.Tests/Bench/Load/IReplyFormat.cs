namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>Parses the responses of a kind of server.</summary>
internal interface IReplyFormat
{
    /// <summary>Reads the head of the response at the start of <paramref name="bytes"/>; returns false while it is incomplete.</summary>
    bool TryRead(ReadOnlySpan<byte> bytes, out Reply reply);
}
