namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>A response that ends when its client has disconnected.</summary>
internal interface IAbortable
{
    /// <summary>Ends the response; from any thread.</summary>
    void Abort();
}
