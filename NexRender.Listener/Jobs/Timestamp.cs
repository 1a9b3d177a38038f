using System.Globalization;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>Times as JavaScript writes them: UTC, to the millisecond.</summary>
internal static class Timestamp
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The time as a JSON string, quotes included.</summary>
    public static byte[] Json(DateTimeOffset time)
    {
        var json = new byte[26];
        json[0] = json[25] = (byte)'"';
        time.UtcDateTime.TryFormat(json.AsSpan(1), out _, Format, CultureInfo.InvariantCulture);
        return json;
    }

    /// <summary>The time that a JSON string says, year first; <c>null</c> where it is none.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> value) =>
        JsonText.IsString(value) && JsonText.Text(value) is { Length: >= 10 } text && text[4] == '-' && text[7] == '-' && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;
}
