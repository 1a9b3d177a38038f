namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>The outcome of one try of a delivery.</summary>
/// <param name="IsDelivered">True if the receiver has taken it.</param>
/// <param name="IsFinal">True if another try would have the same outcome.</param>
/// <param name="Text">The outcome for the log, such as <c>500</c> or the reason of an error.</param>
/// <param name="Output">The lines that a command wrote.</param>
internal sealed record SendResult(bool IsDelivered, bool IsFinal, string Text, IReadOnlyList<string> Output)
{
    public static SendResult Delivered(string text, params IReadOnlyList<string> output) => new(true, true, text, output);

    /// <summary>A failure that may pass.</summary>
    public static SendResult Failed(string text) => new(false, false, text, []);

    /// <summary>A failure that another try cannot help.</summary>
    public static SendResult Refused(string text, params IReadOnlyList<string> output) => new(false, true, text, output);
}
