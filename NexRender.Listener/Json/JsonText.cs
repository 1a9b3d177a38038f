using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NexRender.Listener.Json;

/// <summary>Reads and writes single JSON values as UTF-8 bytes.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Whitespace = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> QuoteOrWhitespace = SearchValues.Create("\" \t\r\n"u8);

    /// <summary>Returns true if the value is truthy in JavaScript: not <c>null</c>, <c>false</c>, <c>0</c>, <c>""</c> or absent.</summary>
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

    /// <summary>Returns true if the value is a string.</summary>
    public static bool IsString(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] == '"';

    /// <summary>Returns true if the value is a number.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] is (byte)'-' or >= (byte)'0' and <= (byte)'9';

    /// <summary>Returns the value of a number; infinity if it is too large for a double.</summary>
    public static double Number(ReadOnlySpan<byte> value) => Utf8Parser.TryParse(value, out double number, out _) ? number : 0;

    /// <summary>Returns the text of a string or the digits of a number; <c>null</c> for any other value.</summary>
    public static string? GetString(ReadOnlySpan<byte> value)
    {
        if (IsString(value)) return Decode(value[1..^1]);
        return IsNumber(value) ? Encoding.ASCII.GetString(value) : null;
    }

    /// <summary>
    /// Decodes the inside of a JSON string. A lone surrogate, which JSON allows as an escape, is kept: System.Text.Json rejects it, and a
    /// job that was accepted must never break a list or a start.
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

    /// <summary>
    /// Encodes a text as UTF-8. A lone surrogate becomes the three bytes that UTF-8 would have for it, so that different texts always have
    /// different bytes.
    /// </summary>
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

    /// <summary>Returns the JSON string of a text, quotes included. Lone surrogates, which have no UTF-8, become U+FFFD.</summary>
    public static byte[] Quote(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        var quoted = new byte[encoded.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        encoded.CopyTo(quoted.AsSpan(1));
        return quoted;
    }

    /// <summary>Returns the JSON of an integer.</summary>
    public static byte[] FromInteger(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Removes insignificant whitespace from a valid JSON value; a value without any is returned as it is.</summary>
    public static ReadOnlyMemory<byte> Minify(ReadOnlyMemory<byte> value)
    {
        var rest = value.Span;
        if (rest.IndexOfAny(Whitespace) < 0 || IsCompact(rest)) return value;
        var compact = new byte[rest.Length];
        var length = 0;
        while (!rest.IsEmpty)
        {
            var run = Whitespace.Contains(rest[0]) ? 0 : rest[0] == '"' ? StringLength(rest) : PlainLength(rest);
            rest[..run].CopyTo(compact.AsSpan(length));
            length += run;
            rest = rest[Math.Max(run, 1)..];
        }
        return compact.AsMemory(0, length);
    }

    /// <summary>Returns the length of the string that a valid JSON text begins with, quotes included.</summary>
    public static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var at = 1; ;)
        {
            at += text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[at] == '"') return at + 1;
            at += 2;
        }
    }

    // Returns true if all whitespace is inside strings.
    private static bool IsCompact(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var next = value.IndexOfAny(QuoteOrWhitespace);
            if (next < 0) return true;
            if (value[next] != '"') return false;
            value = value[next..];
            value = value[StringLength(value)..];
        }
    }

    private static int PlainLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(QuoteOrWhitespace);
        return end < 0 ? text.Length : end;
    }
}
