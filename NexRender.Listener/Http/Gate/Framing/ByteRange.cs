namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>A range of bytes in a request head.</summary>
internal readonly record struct ByteRange(int Start, int Length);
