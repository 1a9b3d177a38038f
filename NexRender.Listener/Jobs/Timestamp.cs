using System.Globalization;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>Times in JavaScript's format: UTC, to the millisecond.</summary>
internal static class Timestamp
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Returns the time as a JSON string, quotes included.</summary>
    public static byte[] ToJson(DateTimeOffset time)
    {
        var json = new byte[26];
        json[0] = json[25] = (byte)'"';
        time.UtcDateTime.TryFormat(json.AsSpan(1), out _, Format, CultureInfo.InvariantCulture);
        return json;
    }

    /// <summary>Returns the time that a JSON string contains, year first; <c>null</c> if it is not one.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> value)
    {
        if (!JsonText.IsString(value) || JsonText.GetString(value) is not { Length: >= 10 } text) return null;
        if (text[4] != '-' || text[7] != '-') return null;
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var time) ? time : null;
    }
}
