namespace NexRender.Listener;

/// <summary>Thrown when a server cannot start; the message is one line that names the obstacle and the remedy.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">One line that names the obstacle and the remedy.</param>
    /// <param name="innerException">The exception that was the reason; <c>null</c>, the default, for none.</param>
    public StartupException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
