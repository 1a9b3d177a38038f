namespace NexRender.Listener.Api;

/// <summary>Thrown for a query that cannot be decoded or has an invalid value; the request is answered with 400 and the message.</summary>
/// <param name="message">One line that names the parameter and what it takes.</param>
internal sealed class InvalidQueryException(string message) : Exception(message);
