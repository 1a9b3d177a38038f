namespace NexRender.Listener.Http;

/// <summary>Ends the handling of a request with a status and a line of text.</summary>
/// <param name="status">The status of the response.</param>
/// <param name="message">The body of the response.</param>
internal sealed class HttpStatusException(int status, string message) : Exception(message)
{
    public int Status => status;
}
