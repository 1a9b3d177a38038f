namespace NexRender.Listener.Api.Content;

/// <summary>The sending side of a streamed body. One write at a time.</summary>
internal interface IResponseStream
{
    /// <summary>Sends a piece of the body at once, and before the first one the head of the response.</summary>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    ValueTask WriteAsync(StreamPiece piece);
}
