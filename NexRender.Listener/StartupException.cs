namespace NexRender.Listener;

/// <summary>Thrown when a server cannot start; the message is one line that names the thing in the way and the way out.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Makes one with its line.</summary>
    /// <param name="message">One line that names the thing in the way and the way out.</param>
    /// <param name="innerException">What the system said, if anything.</param>
    public StartupException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
