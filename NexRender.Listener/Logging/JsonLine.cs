using System.Globalization;
using System.Text;

namespace NexRender.Listener.Logging;

/// <summary>Writes a line of the log as a JSON object.</summary>
internal static class JsonLine
{
    public static void AppendTo(StringBuilder text, in LogLine line)
    {
        text.Append(CultureInfo.InvariantCulture, $"{{\"time\":\"{line.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}\"");
        text.Append(",\"level\":").Append(line.IsError ? "\"error\"" : "\"info\"").Append(",\"message\":\"");
        AppendMessage(text, line);
        text.Append('"');
        if (line.Uid is not null) AppendMember(text, "uid", line.Uid);
        if (line.By is not null) AppendMember(text, "by", line.By);
        text.Append(line.Members).Append("}\n");
    }

    // The message is the line of the text format without its time.
    private static void AppendMessage(StringBuilder text, in LogLine line)
    {
        AppendEscaped(text, line.Event);
        if (line.Uid is not null) AppendEscaped(text.Append(' '), line.Uid);
        if (line.By is not null) AppendEscaped(text.Append(" by "), line.By);
        if (line.Detail is not null) AppendEscaped(text, line.Detail);
    }

    private static void AppendMember(StringBuilder text, string name, string value)
    {
        text.Append(",\"").Append(name).Append("\":\"");
        AppendEscaped(text, value);
        text.Append('"');
    }

    // Escapes more than JSON requires, so that no line can control a terminal.
    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }
    }
}
