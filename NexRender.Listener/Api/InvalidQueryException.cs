namespace NexRender.Listener.Api;

/// <summary>Thrown for a query that is not valid; the request is answered with 400 and the message.</summary>
internal sealed class InvalidQueryException(string message) : Exception(message)
{
    public InvalidQueryException()
        : this("the query is not valid percent-encoded UTF-8")
    {
    }
}
