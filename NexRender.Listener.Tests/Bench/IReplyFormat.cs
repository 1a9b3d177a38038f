namespace NexRender.Listener.Tests.Bench;

/// <summary>How the answers of a kind of server are cut out of the stream of bytes.</summary>
internal interface IReplyFormat
{
    /// <summary>Reads the head of the answer at the start of <paramref name="bytes"/>; false while it is not all there.</summary>
    bool TryRead(ReadOnlySpan<byte> bytes, out Reply reply);
}
