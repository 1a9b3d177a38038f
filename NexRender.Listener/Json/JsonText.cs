using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NexRender.Listener.Json;

/// <summary>Reads and writes single JSON values as the UTF-8 bytes they are sent as.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> QuoteOrBlank = SearchValues.Create("\" \t\r\n"u8);

    /// <summary>Whether JavaScript would take the value for true: not <c>null</c>, <c>false</c>, <c>0</c>, <c>""</c> or absent.</summary>
    public static bool IsTruthy(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return false;
        return value[0] switch
        {
            (byte)'"' => value.Length > 2,
            (byte)'{' or (byte)'[' or (byte)'t' => true,
            (byte)'n' or (byte)'f' => false,
            _ => Number(value) is not 0,
        };
    }

    /// <summary>Whether the value is a string.</summary>
    public static bool IsString(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] == '"';

    /// <summary>Whether the value is a number.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] is (byte)'-' or >= (byte)'0' and <= (byte)'9';

    /// <summary>The value of a number; of a digit string too large for a double, infinity.</summary>
    public static double Number(ReadOnlySpan<byte> value) => Utf8Parser.TryParse(value, out double number, out _) ? number : 0;

    /// <summary>The text of a string, and the digits of a number; <c>null</c> for every other value.</summary>
    public static string? Text(ReadOnlySpan<byte> value)
    {
        if (IsString(value)) return Decode(value[1..^1]);
        return IsNumber(value) ? Encoding.ASCII.GetString(value) : null;
    }

    /// <summary>
    /// Turns the inside of a JSON string into text. Half a surrogate pair, which JSON allows as an escape, stays as it is: the
    /// readers of the framework refuse it, and a job that was accepted must never break a list or a start.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> raw)
    {
        var next = raw.IndexOf((byte)'\\');
        if (next < 0) return Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(raw.Length);
        while (next >= 0)
        {
            text.Append(Encoding.UTF8.GetString(raw[..next]));
            var escape = raw[next + 1];
            raw = raw[(next + 2)..];
            if (escape == 'u')
            {
                Utf8Parser.TryParse(raw[..4], out ushort unit, out _, 'x');
                text.Append((char)unit);
                raw = raw[4..];
            }
            else
            {
                text.Append(escape switch
                {
                    (byte)'n' => '\n',
                    (byte)'t' => '\t',
                    (byte)'r' => '\r',
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    _ => (char)escape,
                });
            }
            next = raw.IndexOf((byte)'\\');
        }
        return text.Append(Encoding.UTF8.GetString(raw)).ToString();
    }

    /// <summary>The UTF-8 bytes of a text; half a surrogate pair gets the three bytes that UTF-8 would have for it, so that no two texts share theirs.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 3];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) == OperationStatus.Done)
            {
                length += rune.EncodeToUtf8(bytes.AsSpan(length));
            }
            else
            {
                bytes[length++] = (byte)(0xE0 | (text[0] >> 12));
                bytes[length++] = (byte)(0x80 | ((text[0] >> 6) & 0x3F));
                bytes[length++] = (byte)(0x80 | (text[0] & 0x3F));
            }
            text = text[used..];
        }
        return bytes[..length];
    }

    /// <summary>The JSON string of a text, quotes included.</summary>
    public static byte[] Quote(string text)
    {
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        var quoted = new byte[encoded.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        encoded.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    /// <summary>The JSON of a whole number.</summary>
    public static byte[] Digits(long number) => Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Takes the blanks between the tokens out of a valid JSON value; what has none is returned as it is.</summary>
    public static ReadOnlyMemory<byte> Minify(ReadOnlyMemory<byte> value)
    {
        var rest = value.Span;
        if (rest.IndexOfAny(Blanks) < 0 || IsCompact(rest)) return value;
        var compact = new byte[rest.Length];
        var length = 0;
        while (!rest.IsEmpty)
        {
            var run = Blanks.Contains(rest[0]) ? 0 : rest[0] == '"' ? StringLength(rest) : PlainLength(rest);
            rest[..run].CopyTo(compact.AsSpan(length));
            length += run;
            rest = rest[Math.Max(run, 1)..];
        }
        return compact.AsMemory(0, length);
    }

    /// <summary>The length of the string that a valid JSON text begins with, quotes included.</summary>
    public static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var at = 1; ;)
        {
            at += text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[at] == '"') return at + 1;
            at += 2;
        }
    }

    // Whether all blanks are inside of strings.
    private static bool IsCompact(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var next = value.IndexOfAny(QuoteOrBlank);
            if (next < 0) return true;
            if (value[next] != '"') return false;
            value = value[next..];
            value = value[StringLength(value)..];
        }
    }

    private static int PlainLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(QuoteOrBlank);
        return end < 0 ? text.Length : end;
    }
}
