namespace NexRender.Listener.Http;

/// <summary>The part of a request that is known before its body is read.</summary>
internal interface IRequestHead
{
    string Method { get; }

    /// <summary>The request target as the client sent it.</summary>
    string Target { get; }

    /// <summary>True if a body follows.</summary>
    bool HasBody { get; }

    /// <summary>The announced length of the body; -1 if none is announced.</summary>
    long ContentLength { get; }

    /// <summary>Returns the value of a header, one character for each byte; <c>null</c> if it was not sent.</summary>
    string? Header(string name);
}
