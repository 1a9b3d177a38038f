namespace NexRender.Listener.Http.Responses;

/// <summary>Thrown if the writer of a streamed body failed. The type keeps its failures apart from those of the connection.</summary>
internal sealed class StreamFailedException(Exception cause) : Exception("the writer of the stream failed", cause);
