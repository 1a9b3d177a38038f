namespace NexRender.Listener.Http;

/// <summary>Ends a request with a status and a line of text.</summary>
internal sealed class HttpStatusException(int status, string message) : Exception(message)
{
    public int Status => status;
}
