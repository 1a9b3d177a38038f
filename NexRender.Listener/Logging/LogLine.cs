using System.Globalization;
using System.Text;

namespace NexRender.Listener.Logging;

/// <summary>A line of the log before it is text.</summary>
/// <param name="At">When it happened.</param>
/// <param name="IsError">Whether it goes to standard error.</param>
/// <param name="What">The message, or what was done.</param>
/// <param name="Uid">The uid of the job that it was done to, if any.</param>
/// <param name="By">Who did it, if that is known.</param>
internal readonly record struct LogLine(DateTimeOffset At, bool IsError, string What, string? Uid, string? By)
{
    public void AppendTo(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} ");
        AppendEscaped(text, What);
        if (Uid is not null) AppendEscaped(text.Append(' '), Uid);
        if (By is not null) AppendEscaped(text.Append(" by "), By);
        text.Append('\n');
    }

    // What clients send must not forge lines, nor steer a terminal.
    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }
    }
}
