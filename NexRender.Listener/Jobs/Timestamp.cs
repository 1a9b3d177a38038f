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

    /// <summary>Returns the time that a JSON string contains, in milliseconds since 1970; 0 if it is not one.</summary>
    public static long ToMilliseconds(ReadOnlySpan<byte> value) => Parse(value)?.ToUnixTimeMilliseconds() ?? 0;

    /// <summary>Returns the time that a JSON string contains, year first; <c>null</c> if it is not one.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> value)
    {
        if (TryReadOwn(value, out var own)) return DateTimeOffset.FromUnixTimeMilliseconds(own);
        return JsonText.IsString(value) && JsonText.GetString(value) is { } text ? ParseText(text) : null;
    }

    /// <summary>Returns the time that a text contains, year first; <c>null</c> if it is not one. Without a zone it is UTC.</summary>
    public static DateTimeOffset? ParseText(string text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return null;
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var time) ? time : null;
    }

    // What the server and JavaScript write is read without a string: every version of every job has two of these.
    private static bool TryReadOwn(ReadOnlySpan<byte> value, out long milliseconds)
    {
        milliseconds = 0;
        if (value.Length != Format.Length + 2) return false;
        for (var i = 0; i < Format.Length; i++)
        {
            var isDigit = char.IsAsciiLetterLower(Format[i]) || Format[i] is 'M' or 'H';
            if (isDigit ? !char.IsAsciiDigit((char)value[i + 1]) : value[i + 1] != Format[i]) return false;
        }
        var (year, month, day) = (Number(value.Slice(1, 4)), Number(value.Slice(6, 2)), Number(value.Slice(9, 2)));
        var (hour, minute, second) = (Number(value.Slice(12, 2)), Number(value.Slice(15, 2)), Number(value.Slice(18, 2)));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        var time = new DateTime(year, month, day, hour, minute, second, Number(value.Slice(21, 3)), DateTimeKind.Utc);
        milliseconds = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits) number = number * 10 + digit - '0';
        return number;
    }
}
