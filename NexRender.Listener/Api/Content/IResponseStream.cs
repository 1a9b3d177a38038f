namespace NexRender.Listener.Api.Content;

/// <summary>The sending side of a streamed body.</summary>
internal interface IResponseStream
{
    /// <summary>Sends a piece of the body at once.</summary>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> piece);
}
