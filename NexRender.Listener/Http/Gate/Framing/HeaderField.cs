namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>The name and the value of a header line, without the whitespace around the value.</summary>
internal readonly record struct HeaderField(ByteRange Name, ByteRange Value);
