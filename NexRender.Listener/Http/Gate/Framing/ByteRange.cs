namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>A part of the bytes of a head.</summary>
internal readonly record struct ByteRange(int Start, int Length);
