using System.Globalization;
using System.Text;

namespace NexRender.Listener.Logging;

/// <summary>A line of the log before it is formatted.</summary>
/// <param name="At">The time of the event.</param>
/// <param name="IsError">True if the line goes to standard error.</param>
/// <param name="Event">The message, or the verb of a change.</param>
/// <param name="Uid">The uid of the changed job, if any.</param>
/// <param name="By">The name or address of the client that caused the event, if known.</param>
/// <param name="Detail">Text that is appended as it is, if any.</param>
/// <param name="Members">Members of the JSON object, each after a comma; not part of a line of text.</param>
internal readonly record struct LogLine(
    DateTimeOffset At, bool IsError, string Event, string? Uid = null, string? By = null, string? Detail = null, string? Members = null)
{
    public void AppendTo(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} ");
        AppendEscaped(text, Event);
        if (Uid is not null) AppendEscaped(text.Append(' '), Uid);
        if (By is not null) AppendEscaped(text.Append(" by "), By);
        if (Detail is not null) AppendEscaped(text, Detail);
        text.Append('\n');
    }

    // Text from clients must not forge lines or control a terminal.
    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }
    }
}
