namespace NexRender.Listener.Http;

/// <summary>The part of a server that clients connect to: the gate, or HttpListener itself.</summary>
internal interface IFrontDoor
{
    /// <summary>The addresses that it listens on, for the log.</summary>
    string Description { get; }

    /// <summary>The number of open connections of clients; <c>null</c> if it is not known.</summary>
    int? OpenConnections { get; }

    /// <summary>Stops accepting requests, if it can, and waits for the requests in flight.</summary>
    /// <param name="timeout">Ends the wait.</param>
    Task DrainAsync(Task timeout);

    /// <summary>Frees the port without ending the process.</summary>
    void FreePort();
}
