namespace NexRender.Listener.Api;

/// <summary>Thrown for a query that cannot be decoded; the request is answered with 400 and the message.</summary>
internal sealed class InvalidQueryException() : Exception("the query is not valid percent-encoded UTF-8");
