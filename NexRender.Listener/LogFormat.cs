namespace NexRender.Listener;

/// <summary>The form of the lines of the log.</summary>
public enum LogFormat
{
    /// <summary>A line of text for people.</summary>
    Text,

    /// <summary>A JSON object for each line, for programs.</summary>
    Json,
}
