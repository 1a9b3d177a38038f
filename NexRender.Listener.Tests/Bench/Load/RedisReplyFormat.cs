namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>Parses the one-line responses of Redis to a SET: <c>+OK</c> or <c>-ERR …</c>.</summary>
internal sealed class RedisReplyFormat : IReplyFormat
{
    public bool TryRead(ReadOnlySpan<byte> bytes, out Reply reply)
    {
        var end = bytes.IndexOf("\r\n"u8);
        reply = end < 0 ? default : new Reply(end + 2, 0, bytes[0] == (byte)'+', Closes: false);
        return end >= 0;
    }
}
