namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>The positions of the name and the trimmed value of a header line.</summary>
internal readonly record struct HeaderField(ByteRange Name, ByteRange Value);
