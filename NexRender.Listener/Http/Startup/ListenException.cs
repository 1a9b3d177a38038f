namespace NexRender.Listener.Http.Startup;

/// <summary>Thrown when the server cannot listen; the message is the reason, in one line without a period.</summary>
/// <param name="problem">The kind of the reason.</param>
/// <param name="reason">The reason.</param>
/// <param name="innerException">The exception of the system.</param>
internal sealed class ListenException(ListenProblem problem, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public ListenProblem Problem => problem;
}
